/** A folder of pictures by class: train/CLASS/*.png and test/CLASS/*.png, or .jpg or .jpeg. Node only. */

import { join } from "node:path";
import { DataError } from "../../errors.ts";
import { counted, grouped } from "../../grouped.ts";
import { readWhole } from "../../storage/files.ts";
import { dataFileOf } from "../data-file.ts";
import type { DataFile, ImageSplit } from "../dataset.ts";
import { namesIn, visible } from "../folder.ts";
import type { Contents, DataFormat } from "../format.ts";
import { attempt, type Report } from "../report.ts";
import { compareNames } from "./class-names.ts";
import { stackFor } from "./common-size.ts";
import { decodeImage, isPictureName, largestImage } from "./decode-image.ts";
import { listed } from "./names-in-words.ts";

/** A picture and its class. */
interface Labelled {
  /** Below the data folder. */
  readonly name: string;
  readonly label: number;
}

/** 16 bits hold a label. */
const mostClasses = 1 << 16;

export const imageFolderFormat: DataFormat = {
  name: "images",
  holds: "pictures by class (train/CLASS/*.png or .jpg, test/CLASS/..)",
  recognises: (names) => names.has("train/") && names.has("test/"),
  isKnownBySplits: true,
  read: async (folder, { report }) => {
    const classNames = await classesIn(folder, report);
    const train = await list(folder, "train", classNames, report);
    const test = await list(folder, "test", classNames, report);
    return readAll(folder, classNames, train, test, report);
  },
};

/**
 * Reads all pictures into one array. They must be of one size; one colour picture among them makes all of them of three
 * channels.
 */
const readAll = async (
  folder: string,
  classNames: readonly string[],
  train: readonly Labelled[],
  test: readonly Labelled[],
  report: Report,
): Promise<Contents> => {
  const stack = await stackFor([...train, ...test].map(({ name }) => join(folder, name)));
  const files: DataFile[] = [];
  const labels = new (classNames.length > 256 ? Uint16Array : Uint8Array)(train.length + test.length);
  const read = async (pictures: readonly Labelled[]): Promise<number> => {
    const before = stack.count;
    for (const { name, label } of pictures) {
      const path = join(folder, name);
      await attempt(report, async () => {
        const bytes = await readWhole(path, largestImage);
        stack.add(decodeImage(bytes, path), path);
        labels[stack.count - 1] = label;
        files.push(dataFileOf(name, bytes));
      });
    }
    return stack.count - before;
  };
  const trained = await read(train);
  const tested = await read(test);
  const name = `pictures in ${folder}`;
  const split = (words: string, start: number, count: number): ImageSplit | undefined =>
    count === 0
      ? undefined
      : {
          name: `${name}, ${words}, ${grouped(count)} images`,
          images: stack.images(start, count),
          labels: labels.subarray(start, start + count),
          count,
          shape: stack.shape,
          classes: classNames.length,
          classNames,
          subset: false,
        };
  return { name, train: split("training", 0, trained), test: split("test", trained, tested), files };
};

/** The classes in order: the folders in train and in test, which must be the same. */
const classesIn = async (folder: string, report: Report): Promise<readonly string[]> => {
  const [train, test] = await Promise.all(
    ["train", "test"].map(async (split) => visible(await namesIn(join(folder, split)))),
  );
  const folders = (names: readonly string[] = []) => names.filter((name) => name.endsWith("/"));
  const unsorted = [
    reportFiles(join(folder, "train"), train!, report),
    reportFiles(join(folder, "test"), test!, report),
  ];
  const classes = folders(train)
    .map((name) => name.slice(0, -1))
    .sort(compareNames);
  const only = (split: string, own: readonly string[], other: string, others: readonly string[]): void => {
    for (const name of own.filter((each) => !others.includes(each)))
      report(
        strange(
          folder,
          `${split}/${name} without ${other}/${name}`,
          "the same classes in train and test",
          "Make a folder for it, even an empty one.",
        ),
      );
  };
  // Where pictures lie beside the folders of the classes, or in their place, that is the problem.
  if (!unsorted.includes(true)) {
    only("train", folders(train), "test", folders(test));
    only("test", folders(test), "train", folders(train));
  }
  if (classes.length === 0 || classes.length > mostClasses) {
    const given = `${classes.length} folders in train`;
    report(
      strange(
        folder,
        given,
        `a folder for each class, 1 to ${mostClasses}`,
        "Sort the pictures into folders.",
      ),
    );
  }
  return classes;
};

/**
 * Reports files beside the folders of classes, in one line each for pictures and others; whether there are pictures.
 */
const reportFiles = (folder: string, names: readonly string[], report: Report): boolean => {
  const files = names.filter((name) => !name.endsWith("/")).sort(byStem);
  const pictures = files.filter(isPictureName);
  const others = files.filter((name) => !isPictureName(name));
  const [only] = files;
  if (only !== undefined && files.length === 1)
    report(strange(join(folder, only), "a file", "a folder for each class", "Move it away."));
  if (files.length < 2) return pictures.length > 0;
  if (pictures.length > 0)
    report(
      strange(
        folder,
        `${counted(pictures.length, "picture")} outside of folders of classes: ${listed(pictures)}`,
        "a folder of pictures for each class",
        "Sort them into folders by class; pictures without classes can be given to `nsm predict`.",
      ),
    );
  if (others.length > 0)
    report(strange(folder, `files: ${listed(others)}`, "a folder for each class", "Move them away."));
  return pictures.length > 0;
};

/** The pictures of a split, by class and name. Anything else but hidden files is refused. */
const list = async (
  folder: string,
  split: string,
  classNames: readonly string[],
  report: Report,
): Promise<readonly Labelled[]> => {
  const pictures: Labelled[] = [];
  const present = await namesIn(join(folder, split));
  for (const [label, className] of classNames.entries()) {
    // A missing folder has been reported.
    if (!present.has(`${className}/`)) continue;
    const names = await attempt(report, () => picturesIn(join(folder, split, className), report));
    for (const name of names ?? []) pictures.push({ name: `${split}/${className}/${name}`, label });
  }
  // Pictures outside of folders have been reported.
  if (pictures.length === 0 && ![...present].some(isPictureName))
    report(strange(join(folder, split), "no pictures", "at least one", "Put them into folders by class."));
  return pictures;
};

/**
 * The pictures in a folder and in those below it, `depth` levels of them: paths below the folder, by name. Anything
 * else but hidden files is refused. Throws StorageError if a folder cannot be read.
 */
export const picturesIn = async (folder: string, report: Report, depth = 0): Promise<readonly string[]> => {
  const pictures: string[] = [];
  const others: string[] = [];
  for (const name of visible(await namesIn(folder)).sort(byStem)) {
    if (isPictureName(name)) pictures.push(name);
    else if (depth > 0 && name.endsWith("/")) {
      const inside = await picturesIn(join(folder, name), report, depth - 1);
      pictures.push(...inside.map((inner) => name + inner));
    } else others.push(name);
  }
  const expected = "PNG or JPEG pictures only";
  const [other] = others;
  if (other !== undefined && others.length === 1) {
    const given = other.endsWith("/") ? "a folder" : "another file";
    report(strange(join(folder, other), given, expected, "Move it away."));
  } else if (others.length > 1)
    report(strange(folder, `${others.length} others: ${listed(others)}`, expected, "Move them away."));
  return pictures;
};

/** Order of names as of classes, without their endings: 9.png comes before 10.png. */
const byStem = (a: string, b: string): number => compareNames(stem(a), stem(b)) || compareNames(a, b);

const stem = (name: string): string => name.replace(/\.[^.]*$/, "");

const strange = (file: string, given: string, expected: string, remedy: string): DataError =>
  new DataError({ file }, { given, expected, remedy });
