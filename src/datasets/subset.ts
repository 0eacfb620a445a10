/** Parts of a split. */
import { grouped } from "../grouped.ts";
import { key } from "../random/key.ts";
import { permutation } from "../random/permutation.ts";
import { sharedBytes } from "../threads/shared-memory.ts";
import type { ImageSplit, UnlabelledImages } from "./dataset.ts";

/** The first images: all of them, where there are no more than `count`. */
export const firstImages = (split: ImageSplit, count: number): ImageSplit =>
  split.count <= count ? split : range(split, 0, count, `${split.name} (first ${grouped(count)})`);

/** Images, with their labels and recordings, if any. */
type Part = UnlabelledImages & Partial<Pick<ImageSplit, "labels" | "recordings">>;

/** Draws `count` images at random by the seed; all of them if there are no more. */
export const drawnImages = <P extends Part>(split: P, count: number, seed: number): P =>
  split.count <= count ? split : chosen(split, ...drawn(split, count, seed));

/** The images that `drawnImages` draws, in the order of the draw: the split may list one class after the other. */
export const shuffledImages = <P extends Part>(split: P, count: number, seed: number): P =>
  inOrder(split, ...drawn(split, Math.min(count, split.count), seed));

/** Places of images that are drawn at random, and the name of the part. */
const drawn = (
  { name, count: all }: Part,
  count: number,
  seed: number,
): readonly [places: Uint32Array, name: string] => [
  permutation(key(seed, "subset"), all).subarray(0, count),
  `${name} (${grouped(count)}, drawn by seed ${seed})`,
];

/** The images from `start` up to, not including, `end`, which are not copied. */
export const range = (split: ImageSplit, start: number, end: number, name: string): ImageSplit => {
  const pixels = split.images.length / split.count;
  return {
    ...split,
    name,
    images: split.images.subarray(start * pixels, end * pixels),
    labels: split.labels.subarray(start, end),
    ...(split.recordings && {
      recordings: { ...split.recordings, examples: split.recordings.examples.slice(start, end) },
    }),
    count: end - start,
    subset: true,
  };
};

/** Copies of the images at these places, in the order of the split. */
export const chosen = <P extends Part>(split: P, indices: Uint32Array, name: string): P =>
  inOrder(split, indices.slice().sort(), name);

/** Copies of the images at these places, in their order. */
const inOrder = <P extends Part>(split: P, places: Uint32Array, name: string): P => {
  const pixels = split.images.length / split.count;
  const images = new Uint8Array(sharedBytes(places.length * pixels));
  for (const [k, index] of places.entries())
    images.set(split.images.subarray(index * pixels, (index + 1) * pixels), k * pixels);
  const { labels, recordings } = split;
  return {
    ...split,
    name,
    images,
    ...(labels && { labels: labels.slice(0, places.length).map((_, k) => labels[places[k]!]!) }),
    ...(recordings && {
      recordings: { ...recordings, examples: Array.from(places, (index) => recordings.examples[index]!) },
    }),
    count: places.length,
    subset: true,
  };
};
