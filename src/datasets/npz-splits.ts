/** Splits in the arrays of .npz files. It imports nothing of Node. */
import { DataError } from "../errors.ts";
import type { NpyArray } from "../files/arrays/npy.ts";
import { arraysIn, type Npz } from "../files/arrays/npz-arrays.ts";
import { grouped } from "../grouped.ts";
import { largest, light } from "./binary-pixels.ts";
import type { ImageSplit } from "./dataset.ts";
import { imagesOf, labelsOf, type Pixels, remarksOnOrder } from "./npz-images.ts";

type Split = "train" | "test";

/** Names of the arrays of a split. */
export interface ArrayNames {
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

/** Layout of a file with both splits. */
export const archiveLayout = (names: readonly string[]): ArchiveLayout | undefined =>
  archives.find(({ train }) => names.includes(train.images));

/** The error for an archive with other arrays. */
export const otherArrays = ({ name, names }: Npz): DataError =>
  new DataError(
    { file: name },
    {
      given: arraysIn(names),
      expected: archives.map(({ train, test }) => `${train.images} and ${test.images}`).join(", or "),
      remedy: "Write train.npz and test.npz, each with images x and labels y.",
    },
  );

/** Both arrays of a split. */
export interface Arrays extends Pixels {
  /** Name of the file of images, for messages. */
  readonly file: string;
  /** Name of the file that both arrays are in. */
  readonly path: string;
  readonly labels: Uint8Array | Uint16Array;
  readonly remarks: readonly string[];
}

/** Reads both arrays of a split; `note` sees them before the images are turned to channels first. Throws DataError. */
export const arraysOfSplit = async (
  npz: Npz,
  names: ArrayNames,
  path: string,
  note: (x: NpyArray, y: NpyArray) => void = () => {},
): Promise<Arrays> => {
  const x = await npz.read(names.images);
  const y = await npz.read(names.labels);
  const file = `${path}/${names.images}.npy`;
  note(x, y);
  const remarks = remarksOnOrder(x);
  const pixels = imagesOf(x, file);
  const labels = labelsOf(y, pixels.count, `${path}/${names.labels}.npy`);
  return { file, path, ...pixels, labels, remarks };
};

/** Throws DataError for images of different sizes. */
export const checkSameShape = (train: Arrays | undefined, test: Arrays | undefined): void => {
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
export const areBinary = (train: Arrays | undefined, test: Arrays | undefined): boolean => {
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
 * Classes are as many as the labels of both splits name. Pixels that are all 0 or 1 are binary frames, and become 0 and 255
 * as those of pictures.
 */
export const splitsOf = (
  name: string,
  train: Arrays | undefined,
  test: Arrays | undefined,
  binary: boolean,
): { readonly train?: ImageSplit; readonly test?: ImageSplit } => {
  const both = [train, test].filter((arrays) => arrays !== undefined);
  const classes = 1 + Math.max(-1, ...both.map(({ labels }) => largest(labels)));
  if (binary) for (const { images } of both) light(images);
  const split = ({ images, labels, count, shape }: Arrays, words: string): ImageSplit => ({
    name: `${name}, ${words}, ${grouped(count)} images`,
    ...{ images, labels, count, shape, classes, subset: false },
  });
  return {
    ...(train && { train: split(train, "training") }),
    ...(test && { test: split(test, "test") }),
  };
};
