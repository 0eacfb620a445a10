/**
 * Images at half their size, for the first epochs of a convolutional network: a step takes a quarter of the work, and
 * what the filters learn carries over. Small pictures first: Howard, 2018 ("progressive resizing", in DAWNBench).
 */
import type { ImageSplit } from "../datasets/dataset.ts";

/** Each pixel the mean of 2 x 2, rounded; without recordings. Height and width are even. */
export const halfSizeSplit = ({ recordings: _, ...split }: ImageSplit): ImageSplit => {
  const [channels, height, width] = split.shape;
  const shape = [channels, height / 2, width / 2] as const;
  const images = new Uint8Array(split.images.length / 4);
  for (let pixel = 0, row = 0; pixel < images.length; row++) {
    let at = 2 * row * width;
    for (const end = pixel + width / 2; pixel < end; pixel++, at += 2)
      images[pixel] = (four(split.images, at, width) + 2) >> 2;
  }
  return { ...split, name: `${split.name}, half size`, images, shape };
};

/** The sum of the pixel at `at`, its right neighbour and the two below. */
const four = (images: Uint8Array, at: number, width: number): number =>
  images[at]! + images[at + 1]! + images[at + width]! + images[at + width + 1]!;
