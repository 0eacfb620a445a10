/** Images and labels in NumPy's arrays. */

import { DataError } from "../errors.ts";
import { numbersOf } from "../files/arrays/element-type.ts";
import type { NpyArray } from "../files/arrays/npy.ts";
import { largest } from "./binary-pixels.ts";
import type { ImageSplit } from "./dataset.ts";
import { transposeImages } from "./idx/transpose.ts";

export type Pixels = Pick<ImageSplit, "images" | "count" | "shape">;

/** 16 bits hold a label. */
const mostClasses = 1 << 16;

/** Whether pixels are the last but one dimensions and colours the last; undefined where the shape leaves it open. */
const hasColoursLast = ([first = 0, second = 0, last = 0]: readonly number[]): boolean | undefined => {
  const isPicture = first > 4 && second > 4;
  if (!isPicture || ![1, 3, 4].includes(last)) return false;
  return last === 3 || (last === 1 && first === second) ? true : undefined;
};

/**
 * The images in the array `x` of `file`, whose memory they take: bytes [n, height, width], [n, channels, height,
 * width], or [n, height, width, 3] and [n, side, side, 1], which are turned to channels first. Throws DataError for
 * another type or shape.
 */
export const imagesOf = (x: NpyArray, file: string): Pixels => {
  const [count = 0, ...rest] = x.shape;
  const isBytes = x.type === "u1" || x.type === "b1";
  if (!isBytes || count === 0 || (rest.length !== 2 && rest.length !== 3) || rest.includes(0))
    throw new DataError(
      { file },
      {
        given: described(x),
        expected:
          "uint8 of shape (n, height, width), (n, channels, height, width) or (n, height, width, 3), n at least 1",
        remedy: imagesRemedy(isBytes, count),
      },
    );
  const images = x.data as Uint8Array;
  if (rest.length === 3 && hasColoursLast(rest)) {
    const [height, width, channels] = rest as [number, number, number];
    if (channels > 1) transposeImages(images, height * width, channels);
    return { images, count, shape: [channels, height, width] };
  }
  return { images, count, shape: (rest.length === 2 ? [1, ...rest] : rest) as [number, number, number] };
};

const imagesRemedy = (isBytes: boolean, count: number): string => {
  if (count === 0) return "Write at least one image.";
  return isBytes
    ? "Write the images again in such a shape, as by x.reshape(..)."
    : "Scale the images to 0 to 255, or 0 and 1, and write them again with x.astype('uint8').";
};

/** Notes on the order of the dimensions that was assumed for `x`. */
export const remarksOnOrder = ({ shape }: NpyArray): readonly string[] => {
  const [, ...rest] = shape;
  const isLast = rest.length === 3 ? hasColoursLast(rest) : false;
  const [first, second, last] = rest;
  if (isLast === false) return [];
  return isLast
    ? [`the last dimension of (${shape.join(", ")}) is taken for colours: ${first} x ${second} pixels`]
    : [
        `images of ${first} channels and ${second} x ${last} pixels: if the last dimension is colours, write the file again with x.transpose(0, 3, 1, 2)`,
      ];
};

/** The labels in the array `y` of `file`: whole numbers [count] or [count, 1]. Throws DataError. */
export const labelsOf = (y: NpyArray, count: number, file: string): Uint8Array | Uint16Array => {
  const isColumn = y.shape.join() === `${count}` || y.shape.join() === `${count},1`;
  if (!isColumn || !/^[iu]/.test(y.type))
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
  if (shape[0] !== count) return "Write labels and images again, one for each.";
  return shape.length === 1
    ? "Write whole numbers, as by y.astype(int)."
    : "Write the number of each class instead, as by y.argmax(1) of one-hot rows.";
};

const described = ({ type, shape }: NpyArray): string => `${type} of shape (${shape.join(", ")})`;
