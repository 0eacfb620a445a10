/**
 * Images of half the width and height, for the first epochs of a convolutional network: a step takes a quarter of the
 * work, and the filters keep what they learn. Progressive resizing: Howard, 2018 (in DAWNBench).
 */
import type { ImageSplit } from "../datasets/dataset.ts";
import { inSlices } from "./in-slices.ts";

/** The split with each 2 x 2 pixels replaced by their rounded mean, without recordings. Height and width are even. */
export const halfSizeSplit = async ({ recordings: _, ...split }: ImageSplit): Promise<ImageSplit> => {
  const [channels, height, width] = split.shape;
  const shape = [channels, height / 2, width / 2] as const;
  const images = new Uint8Array(split.images.length / 4);
  const rows = (channels * height) / 2;
  await inSlices(split.count, channels * height * width, (first, last) => {
    for (let row = first * rows; row < last * rows; row++) {
      let at = 2 * row * width;
      const start = (row * width) / 2;
      for (let pixel = start; pixel < start + width / 2; pixel++, at += 2)
        images[pixel] = (four(split.images, at, width) + 2) >> 2;
    }
  });
  return { ...split, name: `${split.name}, half size`, images, shape };
};

/** Sum of the pixel at `at`, its right neighbour and the two below. */
const four = (images: Uint8Array, at: number, width: number): number =>
  images[at]! + images[at + 1]! + images[at + width]! + images[at + width + 1]!;
