/** Folders of event recordings as data sets of images whose channels are frames. Node only. */
import type { NsmError } from "../../errors.ts";
import { drawEvents } from "../../events/draw.ts";
import type { DataFile, ImageSplit, SplitNote } from "../dataset.ts";
import type { Contents, Counts, DataFormat, DrawableExample, Split } from "../format.ts";
import { attempt, type Report } from "../report.ts";
import { decodeSplit, noExamples } from "./decode-split.ts";
import type { EventSet } from "./event-set.ts";
import { findExample } from "./find-example.ts";
import { identify } from "./identity.ts";
import { overRecordings } from "./over-recordings.ts";

/** The format of the folders of a set. */
export const eventFolderFormat = (set: EventSet): DataFormat => {
  const { name, holds, recognises, subfolders, isKnownBySplits, published } = set;
  return {
    name,
    holds,
    recognises,
    ...(subfolders && { subfolders }),
    ...(isKnownBySplits && { isKnownBySplits }),
    ...(published && { published }),
    read: (folder, { report }) => read(set, folder, report),
    verify: (folder, report) => verify(set, folder, report),
    example: (folder, split, index) => drawable(set, folder, split, index),
  };
};

const splits: readonly Split[] = ["train", "test"];

const nameIn = ({ title }: EventSet, folder: string): string => `${title} in ${folder}`;

/** The set's note on its splits, unless it has none or there is nothing to note. */
const noteOn = (set: EventSet, paths: readonly string[]): SplitNote | undefined =>
  paths.length > 0 ? set.note?.(paths) : undefined;

const read = async (set: EventSet, folder: string, report: Report): Promise<Contents> => {
  const found: Partial<Record<Split, ImageSplit>> = {};
  const files: DataFile[] = [];
  const all: string[] = [];
  for (const split of splits) {
    const paths = await set.list(folder, split, report);
    all.push(...paths);
    await attempt(report, async () => {
      const identity = await identify(set, folder, paths);
      found[split] = await decodeSplit(set, folder, split, paths, identity);
      files.push(...identity);
    });
  }
  const note = noteOn(set, all);
  return { name: nameIn(set, folder), ...found, files, ...(note && { note }) };
};

const drawable = async (
  set: EventSet,
  folder: string,
  split: Split,
  index: number,
): Promise<DrawableExample> => {
  const example = await findExample(set, folder, split, index);
  const { label, interval } = example;
  return {
    name: nameIn(set, folder),
    label,
    classNames: set.classNames,
    draw: (words) => drawEvents(example, set.framing, `${set.title}, ${words}`, interval),
  };
};

/** Decodes every recording, also those with cached frames; damaged ones are not counted. */
const verify = async (set: EventSet, folder: string, report: Report): Promise<Counts> => {
  const records = { train: 0, test: 0 };
  const counts = new Uint32Array(set.classes);
  const all: string[] = [];
  for (const split of splits) {
    const paths = await set.list(folder, split, report);
    all.push(...paths);
    const outcomes = await overRecordings(paths, (path) => labelsOf(set, folder, path));
    let isDamaged = paths.length === 0;
    for (const { labels, problems } of outcomes) {
      for (const problem of problems) report(problem);
      isDamaged ||= problems.length > 0;
      for (const label of labels) counts[label]!++;
      records[split] += labels.length;
    }
    if (records[split] === 0 && !isDamaged) report(noExamples(folder, split, paths.length));
  }
  const note = noteOn(set, all);
  return {
    ...{ name: nameIn(set, folder), records, classes: Object.fromEntries(counts.entries()) },
    ...(note && { remarks: [note.words] }),
  };
};

/** The labels of a recording's examples, or its problem. */
const labelsOf = async (
  set: EventSet,
  folder: string,
  path: string,
): Promise<{ readonly labels: readonly number[]; readonly problems: readonly NsmError[] }> => {
  const problems: NsmError[] = [];
  const labels = await attempt(
    (problem) => problems.push(problem),
    async () => {
      const found: number[] = [];
      for await (const { label } of set.examples(folder, path)) found.push(label);
      return found;
    },
  );
  return { labels: labels ?? [], problems };
};
