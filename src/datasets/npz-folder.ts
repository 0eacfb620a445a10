/** A folder with train.npz and test.npz, each with images x and labels y. Node only. */

import { join } from "node:path";
import { DataError } from "../errors.ts";
import { numbersOf } from "../files/arrays/element-type.ts";
import type { NpyArray } from "../files/arrays/npy.ts";
import { openNpz } from "../files/arrays/npz.ts";
import { fileSource } from "../files/file-source.ts";
import { grouped } from "../grouped.ts";
import { largest, light } from "./binary-pixels.ts";
import { dataFileOf } from "./data-file.ts";
import type { DataFile, ImageSplit, UnlabelledImages } from "./dataset.ts";
import type { Contents, DataFormat } from "./format.ts";
import { attempt } from "./report.ts";

const splits = ["train", "test"] as const;
const fileOf = (split: (typeof splits)[number]): string => `${split}.npz`;

/** 16 bits hold a label. */
const mostClasses = 1 << 16;

export const npzFormat: DataFormat = {
  name: "npz",
  holds: "train.npz and test.npz with images x and labels y",
  recognises: (names) => splits.some((split) => names.has(fileOf(split))),
  read: async (folder, { report }) => {
    const read = (split: (typeof splits)[number]) =>
      attempt(report, () => readArrays(join(folder, fileOf(split)), fileOf(split)));
    const train = await read("train");
    const test = await read("test");
    await attempt(report, () => checkSameShape(train, test));
    const binary = await attempt(report, () => areBinary(train, test));
    return contentsOf(`npz data in ${folder}`, train, test, binary ?? false);
  },
};

/**
 * The images x in the .npz file at `path`, whatever else it holds; frames of 0 and 1 become 0 and 255. Throws StorageError
 * if it cannot be read, DataError if it is damaged or x is not bytes [n, h, w] or [n, c, h, w], n at least 1.
 */
export const readNpzImages = async (path: string): Promise<UnlabelledImages> => {
  const npz = await openNpz(await fileSource(path));
  const found = imagesOf(await npz.read("x"), path);
  if (largest(found.images) <= 1) light(found.images);
  return { name: `images in ${path}`, ...found };
};

type Pixels = Pick<ImageSplit, "images" | "count" | "shape">;

interface Arrays extends Pixels {
  readonly path: string;
  readonly labels: Uint8Array | Uint16Array;
  readonly files: readonly DataFile[];
}

/** Both arrays of one file. Throws DataError unless x is bytes [n, h, w] or [n, c, h, w], and y whole numbers [n]. */
const readArrays = async (path: string, name: string): Promise<Arrays> => {
  const npz = await openNpz(await fileSource(path));
  const x = await npz.read("x");
  const y = await npz.read("y");
  const pixels = imagesOf(x, path);
  const labels = labelsOf(y, pixels.count, `${path}/y.npy`);
  const files = [fileOfArray(`${name}/x`, x), fileOfArray(`${name}/y`, y)];
  return { path, ...pixels, labels, files };
};

const imagesOf = (x: NpyArray, path: string): Pixels => {
  const [count = 0, ...rest] = x.shape;
  const isBytes = x.type === "u1" || x.type === "b1";
  if (!isBytes || count === 0 || (rest.length !== 2 && rest.length !== 3) || rest.includes(0)) {
    throw new DataError(
      { file: `${path}/x.npy` },
      {
        given: described(x),
        expected: "uint8 of shape (n, height, width) or (n, channels, height, width)",
        remedy: imagesRemedy(isBytes, count),
      },
    );
  }
  const shape = (rest.length === 2 ? [1, ...rest] : rest) as [number, number, number];
  return { images: x.data as Uint8Array, count, shape };
};

const imagesRemedy = (isBytes: boolean, count: number): string => {
  if (count === 0) return "Write at least one image.";
  return isBytes
    ? "Write the images again in that shape, as by x.reshape(..)."
    : "Scale the images to 0 to 255, or 0 and 1, and write them again with x.astype('uint8').";
};

const labelsOf = (y: NpyArray, count: number, file: string): Uint8Array | Uint16Array => {
  if (y.shape.join() !== `${count}` || !/^[iu]/.test(y.type))
    throw new DataError(
      { file },
      { given: described(y), expected: `whole numbers of shape (${count},)`, remedy: labelRemedy(y, count) },
    );
  const labels = new Uint16Array(count);
  const numbers = numbersOf(y.data);
  for (let k = 0; k < count; k++) {
    const label = numbers[k]!;
    if (label < 0 || label >= mostClasses)
      throw new DataError(
        { file },
        {
          given: `label ${label} of image ${k}`,
          expected: `0 to ${mostClasses - 1}`,
          remedy: "Number the classes from 0 on, as by numpy.unique(y, return_inverse=True)[1].",
        },
      );
    labels[k] = label;
  }
  return largest(labels) > 255 ? labels : Uint8Array.from(labels);
};

const labelRemedy = ({ shape }: NpyArray, count: number): string => {
  if (shape[0] !== count) return "Write x and y again with as many labels as images.";
  return shape.length === 1
    ? "Write whole numbers, as by y.astype(int)."
    : "Write the number of each class instead, as by y.argmax(1) of one-hot rows or y.ravel() of a column.";
};

const described = ({ type, shape }: NpyArray): string => `${type} of shape (${shape.join(", ")})`;

const fileOfArray = (name: string, { data }: NpyArray): DataFile =>
  dataFileOf(name, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));

const checkSameShape = (train: Arrays | undefined, test: Arrays | undefined): void => {
  if (!train || !test || train.shape.join() === test.shape.join()) return;
  throw new DataError(
    { file: `${test.path}/x.npy` },
    {
      given: `images of ${test.shape.join(" x ")}`,
      expected: `${train.shape.join(" x ")}, as in ${train.path}`,
      remedy: "Check that both files belong together.",
    },
  );
};

/** Whether the images to train on are frames of 0 and 1. Throws DataError if only those to test with are not. */
const areBinary = (train: Arrays | undefined, test: Arrays | undefined): boolean => {
  const binary = largest((train ?? test)?.images ?? new Uint8Array()) <= 1;
  if (!binary || !test || largest(test.images) <= 1) return binary;
  throw new DataError(
    { file: `${test.path}/x.npy` },
    {
      given: `pixels up to ${largest(test.images)}`,
      expected: `0 and 1, as in ${train!.path}`,
      remedy: "Write both files in the same scale.",
    },
  );
};

/**
 * There are as many classes as the labels of both files name. Pixels that are all 0 or 1 in the training file are binary
 * frames, and become 0 and 255 as those of pictures.
 */
const contentsOf = (
  name: string,
  train: Arrays | undefined,
  test: Arrays | undefined,
  binary: boolean,
): Contents => {
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
  };
};
