/** Images made for the choice of a detector: unlike any data, and none of those that detectors are judged by. */

import { blurred } from "../../datasets/perturb.ts";
import type { Images } from "../../networks/images.ts";
import { fillUniform } from "../../random/fill.ts";
import { key } from "../../random/key.ts";
import { permutation } from "../../random/permutation.ts";
import { sizeOf } from "../../tensor/tensor.ts";

/** Largest side of the blocks that are moved about, in pixels. */
const BLOCK = 7;

/**
 * Greys, sparse and dense noise, shapes, and the images themselves with shuffled pixels, with shuffled blocks and
 * blurred; as many of each as there are images. `noun`: what the images are of, in names.
 */
export const madeImages = (images: Images, noun: string): readonly Images[] => {
  const { count, shape } = images;
  return [
    drawn("one grey", count, shape, (u) => () => 255 * u[0]!),
    drawn("pixels of random density", count, shape, (u) => (_row, _column, own) => (own < u[0]! ? 255 : 0)),
    drawn(
      "random greys about a grey",
      count,
      shape,
      (u) => (_row, _column, own) => 255 * (u[0]! + 0.5 * (own - 0.5)),
    ),
    drawn("shapes", count, shape, shapeOf(shape)),
    shuffled(images, "shuffled pixels", 1),
    shuffled(images, "shuffled blocks", blockOf(shape)),
    { ...blurred(images, 2), name: `${noun} blurred by 2 pixels` },
  ];
};

/** Side of the largest square blocks, of at most BLOCK pixels, that tile an image. */
const blockOf = (shape: readonly number[]): number => {
  const sides = Array.from({ length: BLOCK }, (_, k) => BLOCK - k);
  return sides.find((side) => shape.at(-1)! % side === 0 && shape.at(-2)! % side === 0)!;
};

/** Pixel 0..255 at a row and column; `own` is a random number of the pixel and channel, 0..1. */
type Drawing = (row: number, column: number, own: number) => number;

/** Images drawn by some random numbers of each, 0..1, which its channels share. */
const drawn = (
  name: string,
  count: number,
  shape: readonly number[],
  drawingOf: (u: Float32Array, image: number) => Drawing,
): Images => {
  const [size, [height, width]] = [sizeOf(shape), shape.slice(-2) as [number, number]];
  const images = new Uint8Array(count * size);
  for (let image = 0; image < count; image++) {
    const numbers = new Float32Array(8 + size);
    fillUniform(key(image, name), numbers);
    const u = numbers.map((own) => (own + 1) / 2);
    const draw = drawingOf(u, image);
    for (let pixel = 0; pixel < size; pixel++) {
      const value = draw(Math.floor(pixel / width) % height, pixel % width, u[8 + pixel]!);
      images[image * size + pixel] = Math.min(255, Math.max(0, Math.round(value)));
    }
  }
  return { name, images, count, shape };
};

/** Rectangles, ellipses, stripes and checks in turn. */
const shapeOf =
  (shape: readonly number[]) =>
  (u: Float32Array, image: number): Drawing => {
    const side = shape.at(-1)!;
    const [row, column] = [side * (0.15 + 0.7 * u[0]!), side * (0.15 + 0.7 * u[1]!)];
    const [high, wide] = [side * (0.07 + 0.3 * u[2]!), side * (0.07 + 0.3 * u[3]!)];
    const [rows, columns] = [2 + Math.floor(5 * u[4]!), 1 + Math.floor(6 * u[5]!)];
    const inside: (i: number, j: number) => boolean = [
      (i: number, j: number) => Math.abs(i - row) < high && Math.abs(j - column) < wide,
      (i: number, j: number) => ((i - row) / high) ** 2 + ((j - column) / wide) ** 2 < 1,
      (_i: number, j: number) => Math.floor(j / columns) % 2 === 0,
      (i: number, j: number) => (Math.floor(i / rows) + Math.floor(j / columns)) % 2 === 0,
    ][image % 4]!;
    return (i, j) => (inside(i, j) ? 255 : 0);
  };

/** Blocks of `side` x `side` pixels in an order of each image's own, the same in all of its channels. */
const shuffled = (images: Images, name: string, side: number): Images => {
  const { count, shape } = images;
  const [size, [height, width]] = [sizeOf(shape), shape.slice(-2) as [number, number]];
  const across = width / side;
  const out = new Uint8Array(images.images.length);
  for (let image = 0; image < count; image++) {
    const order = permutation(key(image, name), across * (height / side));
    for (let pixel = 0; pixel < size; pixel++) {
      const [i, j] = [Math.floor(pixel / width) % height, pixel % width];
      const from = order[Math.floor(i / side) * across + Math.floor(j / side)]!;
      const [row, column] = [
        Math.floor(from / across) * side + (i % side),
        (from % across) * side + (j % side),
      ];
      const channel = image * size + pixel - (i * width + j);
      out[image * size + pixel] = images.images[channel + row * width + column]!;
    }
  }
  return { ...images, name, images: out };
};
