/** Perturbed images and frames, by which detectors are judged besides other data sets. */

import { rotated } from "../../datasets/perturb.ts";
import type { Images } from "../../networks/images.ts";
import { key } from "../../random/key.ts";
import { permutation } from "../../random/permutation.ts";
import { sizeOf } from "../../tensor/tensor.ts";

/** Blank, inverted and turned images. `noun`: what they are of, in names. */
export const perturbedImages = (images: Images, noun: string): readonly Images[] => [
  blank(images, "blank: black and white"),
  {
    ...{ ...images, name: `inverted ${noun}` },
    images: images.images.map((pixel) => 255 - pixel),
  },
  turned(images, noun),
];

/**
 * Recordings as binary frames, [frames, height, width]: blank; with as many events in each frame, at random pixels; with
 * the frames in reverse and in random order; mirrored; turned.
 */
export const perturbedFrames = (recordings: Images): readonly Images[] => {
  const [frames, height, width] = recordings.shape as [number, number, number];
  const area = height * width;
  const inOrder = (name: string, orderOf: (image: number) => ArrayLike<number>): Images =>
    moved(recordings, name, (image) => {
      const order = orderOf(image);
      return (at) => order[Math.floor(at / area)]! * area + (at % area);
    });
  const RANDOM_PIXELS = "as many events at random pixels";
  const RANDOM_ORDER = "frames in random order";
  return [
    blank(recordings, "blank: no events and events everywhere"),
    moved(recordings, RANDOM_PIXELS, (image) => {
      const orders = Array.from({ length: frames }, (_, k) =>
        permutation(key(image * frames + k, RANDOM_PIXELS), area),
      );
      return (at) => at - (at % area) + orders[Math.floor(at / area)]![at % area]!;
    }),
    inOrder("frames in reverse order", () => Array.from({ length: frames }, (_, k) => frames - 1 - k)),
    inOrder(RANDOM_ORDER, (image) => permutation(key(image, RANDOM_ORDER), frames)),
    moved(recordings, "mirrored recordings", () => (at) => at - (at % width) + width - 1 - (at % width)),
    turned(recordings, "recordings"),
  ];
};

/** Two images, one all 0 and one all 255. */
const blank = ({ shape }: Images, name: string): Images => ({
  ...{ name, shape, count: 2 },
  images: new Uint8Array(2 * sizeOf(shape)).fill(255, sizeOf(shape)),
});

const turned = (images: Images, noun: string): Images => ({
  ...rotated(images, 90),
  name: `${noun} turned by 90 degrees`,
});

/** Images whose numbers come from other places of the same image: `from` maps a place to that where its number was. */
const moved = (images: Images, name: string, fromOf: (image: number) => (at: number) => number): Images => {
  const { count, shape } = images;
  const size = sizeOf(shape);
  const out = new Uint8Array(images.images.length);
  for (let image = 0; image < count; image++) {
    const from = fromOf(image);
    for (let at = 0; at < size; at++) out[image * size + at] = images.images[image * size + from(at)]!;
  }
  return { name, count, shape, images: out };
};
