/** A folder with CIFAR-10 or CIFAR-100, in either distribution. Node only. */

import { join } from "node:path";
import { DataError } from "../../errors.ts";
import { statFile } from "../../storage/files.ts";
import type { DataFile, ImageSplit } from "../dataset.ts";
import { namesIn } from "../folder.ts";
import type { Contents, DataFormat, OpenOptions } from "../format.ts";
import { type KnownSplit, knownSplit, nameSet, nameSplit } from "../known-splits.ts";
import { attempt, type Report } from "../report.ts";
import { cifarBinary } from "./cifar-binary.ts";
import { cifarPython } from "./cifar-python.ts";
import { allocateRows, type BatchFormat, type Rows } from "./cifar-rows.ts";
import {
  type CifarSet,
  cifar10,
  cifar100,
  cifarPixels,
  cifarShape,
  type Distribution,
} from "./cifar-sets.ts";

const formatOf = (set: CifarSet, name: string, files: Distribution, batches: BatchFormat): DataFormat => {
  const all = [...files.train, ...files.test];
  return {
    name,
    holds: `${set.title}'s files (${files.train[0]}..)`,
    subfolders: [files.folder],
    published: set.published,
    labels: Object.keys(set.which) as (keyof typeof set.which)[],
    recognises: (names) => all.some((file) => names.has(file)),
    read: (folder, { labels = "fine", report }) =>
      readFolder(folder, { set, files, batches, labels, report }),
  };
};

interface Reading {
  readonly set: CifarSet;
  readonly files: Distribution;
  readonly batches: BatchFormat;
  readonly labels: NonNullable<OpenOptions["labels"]>;
  readonly report: Report;
}

const readFolder = async (folder: string, reading: Reading): Promise<Contents> => {
  const { set, files, batches, labels, report } = reading;
  const which = set.which[labels]!;
  const present = await namesIn(folder);
  const label = set.labels[which]!;
  const names = await attempt(report, () => batches.names(set, label, folder));
  const train = await readRows(folder, files.train, present, reading);
  const test = await readRows(folder, files.test, present, reading);
  const own = `${set.title} files in ${folder}`;
  const split = (name: "train" | "test", { rows, known }: SplitRows): ImageSplit | undefined => {
    if (rows.count === 0) return undefined;
    const classNames = names ?? (labels === "fine" ? known?.classNames : undefined);
    return {
      images: rows.images.subarray(0, rows.count * cifarPixels),
      labels: rows.labels[which]!.subarray(0, rows.count),
      count: rows.count,
      shape: cifarShape,
      classes: label.classes,
      ...(classNames ? { classNames } : {}),
      ...nameSplit(known, own, name, rows.count),
    };
  };
  return {
    name: nameSet(train.known, test.known, own),
    train: split("train", train),
    test: split("test", test),
    files: [...train.files, ...test.files],
  };
};

interface SplitRows {
  readonly rows: Rows;
  readonly files: readonly DataFile[];
  readonly known: KnownSplit | undefined;
}

/** Reads the files one after the other into one array, which has room for as many images as their sizes allow. */
const readRows = async (
  folder: string,
  names: readonly string[],
  present: ReadonlySet<string>,
  { set, batches, report }: Reading,
): Promise<SplitRows> => {
  const missing = names.filter((name) => !present.has(name));
  if (missing.length > 0) report(absent(folder, missing));
  const batchesThere: { path: string; capacity: number }[] = [];
  for (const name of names.filter((name) => present.has(name))) {
    const path = join(folder, name);
    const capacity = await attempt(report, async () =>
      batches.capacity(set, path, (await statFile(path)).size),
    );
    if (capacity !== undefined) batchesThere.push({ path, capacity });
  }
  const capacity = batchesThere.reduce((sum, { capacity }) => sum + capacity, 0);
  const rows = await attempt(report, () => allocateRows(set, capacity, folder));
  if (!rows) return { rows: allocateRows(set, 0, folder), files: [], known: undefined };
  const files: DataFile[] = [];
  for (const { path } of batchesThere) {
    const file = await attempt(report, () => batches.read(set, path, rows));
    if (file) files.push(file);
  }
  return { rows, files, known: knownSplit(files.map(({ sha256 }) => [sha256])) };
};

const absent = (folder: string, missing: readonly string[]): DataError =>
  new DataError(`reading the data folder ${folder}`, {
    given: `a folder without ${missing.join(", ")}`,
    expected: "all of its files",
    remedy: "Fetch them with `nsm data fetch`, or give the folder that holds them.",
  });

export const cifarFormats: readonly DataFormat[] = [cifar10, cifar100].flatMap((set) => [
  formatOf(set, `${set.format}-binary`, set.binary, cifarBinary),
  formatOf(set, `${set.format}-python`, set.python, cifarPython),
]);
