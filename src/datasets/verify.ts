/** Verifies a folder of data: every file, going on after the first problem. Node only. */

import type { NsmError } from "../errors.ts";
import type { ImageSplit } from "./dataset.ts";
import { verifyUnpacked } from "./fetching/unpacked.ts";
import type { Contents, Counts } from "./format.ts";
import { findFormat } from "./open.ts";
import { attempt, type Report } from "./report.ts";

export interface DataProblem {
  /** The file or folder, as it was opened. */
  readonly file: string;
  /** In bytes from its start, uncompressed; null where it is not one place. */
  readonly offset: number | null;
  readonly expected: string;
  readonly found: string;
}

export interface Verification extends Counts {
  /** Whether there were no problems. */
  readonly ok: boolean;
  /** Null where it is not known. */
  readonly format: string | null;
  /** At most one of a file: what comes after it in the file is not read. */
  readonly problems: readonly DataProblem[];
}

/**
 * Reads all that can be read of the folder, or of the one in it that a publisher's archive unpacks to; where it was
 * fetched, holds every file against what the archive had. What is missing, damaged, changed or cannot be read is a
 * problem, not an error.
 */
export async function verifyDataset(folder: string): Promise<Verification> {
  const problems: DataProblem[] = [];
  const found = await attempt(
    (problem) => problems.push(describe(problem, folder)),
    () => findFormat(folder),
  );
  if (!found) return { ok: false, format: null, ...countsOf({ name: folder, files: [] }), problems };
  const { format, place } = found;
  const report: Report = (problem) => problems.push(describe(problem, place));
  const counts = (await format.verify?.(place, report)) ?? countsOf(await format.read(place, { report }));
  const told = new Set(problems.map(({ file }) => file));
  await verifyUnpacked(place, (problem) => {
    if (!told.has(problem.place?.file ?? place)) report(problem);
  });
  return { ok: problems.length === 0, format: format.name, ...counts, problems };
}

function countsOf({ name, train, test }: Contents): Counts {
  const classes = new Map<string, number>();
  for (const split of [train, test]) count(split, classes);
  const records = { train: train?.count ?? 0, test: test?.count ?? 0 };
  return { name, records, classes: Object.fromEntries(classes) };
}

function count(split: ImageSplit | undefined, classes: Map<string, number>): void {
  const counts = new Uint32Array(split?.classes ?? 0);
  for (const label of split?.labels ?? []) counts[label]!++;
  for (const [label, n] of counts.entries()) classes.set(`${label}`, (classes.get(`${label}`) ?? 0) + n);
}

/** A problem of the folder as a whole is told as one of the folder. */
export function describe(problem: NsmError, folder: string): DataProblem {
  const { place, given: found, expected } = problem;
  return { file: place?.file ?? folder, offset: place?.offset ?? null, expected, found };
}
