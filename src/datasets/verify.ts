/** Verifies a folder of data: every file, also after the first problem. Node only. */

import type { NsmError } from "../errors.ts";
import { grouped } from "../grouped.ts";
import type { ImageSplit } from "./dataset.ts";
import { verifyUnpacked } from "./fetching/unpacked.ts";
import type { Contents, Counts, DataFormat } from "./format.ts";
import { findFormat } from "./open.ts";
import { attempt, type Report } from "./report.ts";

export interface DataProblem {
  /** The file or folder, as it was opened. */
  readonly file: string;
  /** Byte offset in the uncompressed file; null where the problem is not at one place. */
  readonly offset: number | null;
  readonly expected: string;
  readonly found: string;
  /** Next step that mends it. */
  readonly remedy: string;
}

export interface Verification extends Counts {
  /** Whether there were no problems. */
  readonly ok: boolean;
  /** Null where it is not known. */
  readonly format: string | null;
  readonly remarks: readonly string[];
  /** At most one of a file: what comes after it in the file is not read. */
  readonly problems: readonly DataProblem[];
}

/**
 * Reads all that can be read of the folder, or of the one in it that a publisher's archive unpacks to; if it was
 * fetched, compares every file with the record of the archive. What is missing, damaged, changed or unreadable is a
 * problem, not an error.
 */
export const verifyDataset = async (folder: string): Promise<Verification> => {
  const problems: DataProblem[] = [];
  const found = await attempt(
    (problem) => problems.push(describe(problem, folder)),
    () => findFormat(folder),
  );
  if (!found)
    return { ok: false, format: null, ...countsOf({ name: folder, files: [] }), remarks: [], problems };
  const { format, place, names } = found;
  const report: Report = (problem) => problems.push(describe(problem, place));
  const counts =
    (await format.verify?.(place, report)) ?? countsOf(await format.read(place, { names, report }));
  const files = new Set(problems.map(({ file }) => file));
  if (names)
    await verifyUnpacked(place, (problem) => {
      if (!files.has(problem.place?.file ?? place)) report(problem);
    });
  const remarks = [...(counts.remarks ?? []), ...remarksOnCounts(counts, format)];
  return { ok: problems.length === 0, format: format.name, ...counts, remarks, problems };
};

const remarksOnCounts = ({ records }: Counts, { published }: DataFormat): readonly string[] => {
  if (!published || (records.train === published.train && records.test === published.test)) return [];
  return [
    `${grouped(published.train)} records to train on and ${grouped(published.test)} to test with were published`,
  ];
};

const countsOf = ({ name, train, test, remarks = [] }: Contents): Counts => {
  const classes = new Map<string, number>();
  for (const split of [train, test]) count(split, classes);
  const records = { train: train?.count ?? 0, test: test?.count ?? 0 };
  const { shape, classNames } = train ?? test ?? {};
  return {
    ...{ name, records, classes: Object.fromEntries(classes) },
    ...(shape && { shape }),
    ...(classNames && { classNames }),
    remarks: [...remarks, ...(train ? remarksOnClasses(train) : [])],
  };
};

const remarksOnClasses = ({ labels, classes, classNames }: ImageSplit): readonly string[] => {
  const seen = new Set(labels);
  const untrained = Array.from({ length: classes }, (_, label) => label)
    .filter((label) => !seen.has(label))
    .map((label) => (classNames?.[label] ? `${label} (${classNames[label]})` : `${label}`));
  return untrained.length === 0 ? [] : [`no example to train on of class ${untrained.join(", ")}`];
};

const count = (split: ImageSplit | undefined, classes: Map<string, number>): void => {
  const counts = new Uint32Array(split?.classes ?? 0);
  for (const label of split?.labels ?? []) counts[label]!++;
  for (const [label, n] of counts.entries()) classes.set(`${label}`, (classes.get(`${label}`) ?? 0) + n);
};

/** Describes a problem; one of the folder as a whole has the folder for its file. */
export const describe = (problem: NsmError, folder: string): DataProblem => {
  const { place, given: found, expected, remedy } = problem;
  return { file: place?.file ?? folder, offset: place?.offset ?? null, expected, found, remedy };
};
