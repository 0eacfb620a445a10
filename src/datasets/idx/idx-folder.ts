/** A folder with four IDX files, images and labels to train on and to test with. Node only. */

import { join } from "node:path";
import { DataError } from "../../errors.ts";
import type { DataFile, ImageSplit } from "../dataset.ts";
import { namesIn } from "../folder.ts";
import type { Contents, DataFormat } from "../format.ts";
import { type KnownSplit, knownSplit, nameSet, nameSplit } from "../known-splits.ts";
import { attempt, type Report } from "../report.ts";
import { type IdxFile, readIdx } from "./idx-file.ts";
import { imageSplit } from "./idx-split.ts";
import { type IdxLayout, idxLayouts, spellings } from "./layouts.ts";

type Pair = readonly [IdxFile | undefined, IdxFile | undefined];

/**
 * Reads the four files of `layout` in `folder`. Known data carry their published name, others are named after their
 * folder. Throws StorageError if the folder cannot be read; reports a DataError for a file that is missing, damaged,
 * mislabelled or does not fit the others.
 */
export const readIdxFolder = async (folder: string, layout: IdxLayout, report: Report): Promise<Contents> => {
  const { paths, unread } = await locate(folder, layout, report);
  const files = await Promise.all(
    paths.map((path, k) =>
      path === undefined ? undefined : attempt(report, () => readIdx(path, k % 2 === 0 ? 3 : 1)),
    ),
  );
  const [train, test]: [Pair, Pair] = [
    [files[0], files[1]],
    [files[2], files[3]],
  ];
  await attempt(report, () => checkSameSize(train[0], test[0]));
  const own = `${layout.title} in ${folder}`;
  const known = { train: knownPair(train), test: knownPair(test) };
  const isOwn = layout.open && !known.train && !known.test;
  const classes = isOwn ? Math.max(layout.classes, ...[train, test].map(classesOf)) : layout.classes;
  const split = (name: "train" | "test", pair: Pair) =>
    attempt(report, () =>
      splitOf(pair, { ...layout, classes }, known[name], (n) => nameSplit(known[name], own, name, n)),
    );
  return {
    name: nameSet(known.train, known.test, own),
    train: await split("train", train),
    test: await split("test", test),
    files: files.flatMap((file, k): DataFile[] =>
      file ? [{ name: layout.files[k]!, sha256: file.sha256, bytes: file.bytes }] : [],
    ),
    remarks: unread,
  };
};

/** Formats of folders of IDX files. */
export const idxFormats: readonly DataFormat[] = idxLayouts.map((layout) => ({
  name: layout.format,
  holds: `four IDX files (${layout.pattern}..)`,
  recognises: (names) => layout.files.some((file) => spellings(file).some((name) => names.has(name))),
  subfolders: layout.transposed
    ? [layout.format.replace("idx-emnist-", ""), "EMNIST/raw", "raw"]
    : ["MNIST/raw", "FashionMNIST/raw", "KMNIST/raw", "raw"],
  read: (folder, { report }) => readIdxFolder(folder, layout, report),
}));

/** Number of classes that the labels name. */
const classesOf = ([, labels]: Pair): number =>
  (labels?.data.reduce((most, label) => Math.max(most, label), 0) ?? 0) + 1;

const knownPair = (pair: Pair): KnownSplit | undefined =>
  knownSplit(pair.map((file) => (file ? [file.sha256, file.storedSha256] : [])));

const splitOf = (
  [images, labels]: Pair,
  layout: IdxLayout,
  known: KnownSplit | undefined,
  named: (count: number) => Pick<ImageSplit, "name" | "subset">,
): ImageSplit | undefined => {
  if (!images || !labels) return undefined;
  const numbers = imageSplit(images, labels, layout);
  const classNames = layout.classNames ?? known?.classNames;
  const { name, subset } = named(numbers.count);
  return { name, ...numbers, classes: layout.classes, ...(classNames ? { classNames } : {}), subset };
};

/** The paths of the four files, where present, and remarks on duplicates that are not read. */
const locate = async (
  folder: string,
  layout: IdxLayout,
  report: Report,
): Promise<{ readonly paths: readonly (string | undefined)[]; readonly unread: readonly string[] }> => {
  const hint = {
    expected: `a folder with the four files ${layout.files.join(", ")}, each as it is or with .gz`,
    remedy: "Fetch them with `nsm data fetch mnist`, or give the folder that holds them.",
  };
  const present = await namesIn(folder, hint);
  const spelt = layout.files.map((name) => spellings(name).filter((spelling) => present.has(spelling)));
  const found = spelt.map(([first]) => first);
  const missing = layout.files.filter((_, k) => found[k] === undefined);
  if (missing.length > 0) {
    const given = `${present.size === 0 ? "an empty folder" : "a folder"} without ${missing.join(", ")}`;
    report(new DataError(`reading the data folder ${folder}`, { given, ...hint }));
  }
  return {
    paths: found.map((name) => (name === undefined ? undefined : join(folder, name))),
    unread: spelt.flatMap(([first, ...others]) =>
      others.map((other) => `${other} is not read: ${first} is there too, and comes first`),
    ),
  };
};

const checkSameSize = (train: IdxFile | undefined, test: IdxFile | undefined): void => {
  if (!train || !test) return;
  const [a, b] = [train, test].map(({ dims }) => dims.slice(1).join(" x "));
  if (a === b) return;
  throw new DataError(
    { file: test.path, offset: 8 },
    {
      given: `images of ${b}`,
      expected: `${a}, as in ${train.path}`,
      remedy: "Check that both files belong together.",
    },
  );
};
