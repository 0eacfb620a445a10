/**
 * Images and labels in NumPy's .npz files: a folder with train.npz and test.npz, each with arrays x and y, or one file
 * with both splits, as Keras's mnist.npz and MedMNIST have it. Node only.
 */

import { join } from "node:path";
import { DataError } from "../errors.ts";
import type { NpyArray } from "../files/arrays/npy.ts";
import { arraysIn, type Npz, openNpz } from "../files/arrays/npz.ts";
import { fileSource } from "../files/file-source.ts";
import { grouped } from "../grouped.ts";
import { largest, light } from "./binary-pixels.ts";
import { dataFileOf } from "./data-file.ts";
import type { DataFile, ImageSplit, UnlabelledImages } from "./dataset.ts";
import { visible } from "./folder.ts";
import type { Contents, DataFormat, Split } from "./format.ts";
import { imagesOf, labelsOf, type Pixels, remarksOnOrder } from "./npz-images.ts";
import { attempt, type Report } from "./report.ts";

const splits = ["train", "test"] as const;

/** Names of the arrays of a split. */
interface ArrayNames {
  readonly images: string;
  readonly labels: string;
}

/** One file with both splits: the names of its arrays, and of others that are not read. */
interface ArchiveLayout extends Readonly<Record<Split, ArrayNames>> {
  readonly unread: readonly string[];
}

const archives: readonly ArchiveLayout[] = [
  {
    train: { images: "x_train", labels: "y_train" },
    test: { images: "x_test", labels: "y_test" },
    unread: [],
  },
  {
    train: { images: "train_images", labels: "train_labels" },
    test: { images: "test_images", labels: "test_labels" },
    unread: ["val_images", "val_labels"],
  },
];

const archiveLayout = (names: readonly string[]): ArchiveLayout | undefined =>
  archives.find(({ train }) => names.includes(train.images));

const isNpz = (name: string): boolean => name.endsWith(".npz");

export const npzFormat: DataFormat = {
  name: "npz",
  holds: "train.npz and test.npz with images x and labels y",
  recognises: (names) => splits.some((split) => names.has(`${split}.npz`)),
  read: async (folder, { report }) => {
    const read = (split: Split) =>
      attempt(report, async () => {
        const path = join(folder, `${split}.npz`);
        return readArrays(await openArchive(path), { images: "x", labels: "y" }, path, `${split}.npz`);
      });
    return contentsOf(`npz data in ${folder}`, await read("train"), await read("test"), report);
  },
};

export const npzArchiveFormat: DataFormat = {
  name: "npz-archive",
  holds: "one .npz file with x_train, y_train, x_test and y_test, or train_images, train_labels, ..",
  recognises: (names) => visible(names).filter(isNpz).length === 1,
  isFile: async (path) => {
    if (!isNpz(path)) return false;
    const npz = await openArchive(path).catch(() => undefined);
    return npz !== undefined && archiveLayout(npz.names) !== undefined;
  },
  read: async (place, { report, names }) => {
    const file = names && visible(names).find(isNpz);
    const path = file === undefined ? place : join(place, file);
    const name = `npz data in ${path}`;
    const npz = await attempt(report, () => openArchive(path));
    const layout = npz && archiveLayout(npz.names);
    if (!npz || !layout) {
      if (npz) report(otherArrays(npz));
      return { name, files: [] };
    }
    const read = (split: Split) =>
      attempt(report, () => readArrays(npz, layout[split], path, layout[split].images));
    const found = await contentsOf(name, await read("train"), await read("test"), report);
    const unread = layout.unread.filter((each) => npz.names.includes(each));
    const remarks = unread.length === 0 ? [] : [`${unread.join(" and ")} are not read`];
    return { ...found, remarks: [...(found.remarks ?? []), ...remarks] };
  },
};

const openArchive = async (path: string): Promise<Npz> => openNpz(await fileSource(path));

const otherArrays = ({ name, names }: Npz): DataError =>
  new DataError(
    { file: name },
    {
      given: arraysIn(names),
      expected: archives.map(({ train, test }) => `${train.images} and ${test.images}`).join(", or "),
      remedy: "Write train.npz and test.npz, each with images x and labels y.",
    },
  );

/**
 * The images x in the .npz file at `path`, or those to test with of both splits; frames of 0 and 1 become 0 and 255.
 * Throws StorageError if it cannot be read, DataError if it is damaged or they are no images (npz-images.ts).
 */
export const readNpzImages = async (path: string): Promise<UnlabelledImages> => {
  const npz = await openArchive(path);
  const name = archiveLayout(npz.names)?.test.images ?? "x";
  const found = imagesOf(await npz.read(name), `${path}/${name}.npy`);
  if (largest(found.images) <= 1) light(found.images);
  return { name: `images in ${path}`, ...found };
};

interface Arrays extends Pixels {
  /** Name of the file of images, for messages. */
  readonly file: string;
  /** Name of the file that both arrays are in. */
  readonly path: string;
  readonly labels: Uint8Array | Uint16Array;
  readonly files: readonly DataFile[];
  readonly remarks: readonly string[];
}

/** Both arrays of a split; `name` is that of their file, or of the array of images. Throws DataError. */
const readArrays = async (npz: Npz, names: ArrayNames, path: string, name: string): Promise<Arrays> => {
  const x = await npz.read(names.images);
  const y = await npz.read(names.labels);
  const file = `${path}/${names.images}.npy`;
  const isWhole = isNpz(name);
  // Before the images are turned to channels first.
  const files = [
    fileOfArray(isWhole ? `${name}/x` : names.images, x),
    fileOfArray(isWhole ? `${name}/y` : names.labels, y),
  ];
  const remarks = remarksOnOrder(x);
  const pixels = imagesOf(x, file);
  const labels = labelsOf(y, pixels.count, `${path}/${names.labels}.npy`);
  return { file, path: isWhole ? path : `${path}/${names.images}.npy`, ...pixels, labels, files, remarks };
};

const fileOfArray = (name: string, { data }: NpyArray): DataFile => dataFileOf(name, data);

const checkSameShape = (train: Arrays | undefined, test: Arrays | undefined): void => {
  if (!train || !test || train.shape.join() === test.shape.join()) return;
  throw new DataError(
    { file: test.file },
    {
      given: `images of ${test.shape.join(" x ")}`,
      expected: `${train.shape.join(" x ")}, as in ${train.path}`,
      remedy: "Check that both belong together.",
    },
  );
};

/** Whether the images to train on are frames of 0 and 1. Throws DataError if only those to test with are not. */
const areBinary = (train: Arrays | undefined, test: Arrays | undefined): boolean => {
  const binary = largest((train ?? test)?.images ?? new Uint8Array()) <= 1;
  if (!binary || !test || largest(test.images) <= 1) return binary;
  throw new DataError(
    { file: test.file },
    {
      given: `pixels up to ${largest(test.images)}`,
      expected: `0 and 1, as in ${train!.path}`,
      remedy: "Write both splits in the same scale.",
    },
  );
};

/**
 * Classes are as many as the labels of both splits name. Pixels that are all 0 or 1 in the training split are binary
 * frames, and become 0 and 255 as those of pictures.
 */
const contentsOf = async (
  name: string,
  train: Arrays | undefined,
  test: Arrays | undefined,
  report: Report,
): Promise<Contents> => {
  await attempt(report, () => checkSameShape(train, test));
  const binary = await attempt(report, () => areBinary(train, test));
  const both = [train, test].filter((arrays) => arrays !== undefined);
  const classes = 1 + Math.max(-1, ...both.map(({ labels }) => largest(labels)));
  if (binary) for (const { images } of both) light(images);
  const split = (arrays: Arrays | undefined, words: string): ImageSplit | undefined =>
    arrays && {
      name: `${name}, ${words}, ${grouped(arrays.count)} images`,
      images: arrays.images,
      labels: arrays.labels,
      count: arrays.count,
      shape: arrays.shape,
      classes,
      subset: false,
    };
  return {
    name,
    train: split(train, "training"),
    test: split(test, "test"),
    files: both.flatMap(({ files }) => files),
    remarks: (train ?? test)?.remarks ?? [],
  };
};
