/** Images unlike digits: made ones, by which a detector is chosen, and others, by which it is judged. */
import type { Images } from "../../networks/images.ts";
import { fillUniform } from "../../random/fill.ts";
import { key } from "../../random/key.ts";
import { permutation } from "../../random/permutation.ts";
import { sizeOf } from "../../tensor/tensor.ts";
import { blurred, rotated } from "./perturb.ts";

/** Side of the blocks that are moved about, in pixels. */
const BLOCK = 7;

/** Images made without those that a detector is judged by: greys, sparse and dense noise, shapes, shuffled digits. */
export const madeImages = (digits: Images): readonly Images[] => {
  const { count, shape } = digits;
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
    shuffled(digits, "shuffled pixels", 1),
    shuffled(digits, "shuffled blocks", BLOCK),
    { ...blurred(digits, 2), name: "digits blurred by 2 pixels" },
  ];
};

/** Images by which detectors are judged, besides those of predicting/out-of-distribution.ts. */
export const perturbedDigits = (digits: Images): readonly Images[] => {
  const { shape } = digits;
  const of = (name: string, map: (pixel: number) => number): Images => ({
    ...{ ...digits, name },
    images: digits.images.map(map),
  });
  return [
    { ...drawn("blank: black and white", 2, shape, () => () => 0), images: blank(shape) },
    of("inverted digits", (pixel) => 255 - pixel),
    { ...rotated(digits, 90), name: "digits turned by 90 degrees" },
  ];
};

const blank = (shape: readonly number[]): Uint8Array =>
  new Uint8Array(2 * sizeOf(shape)).fill(255, sizeOf(shape));

/** Pixel 0..255 at a row and column; `own` is a random number of the pixel, 0..1. */
type Drawing = (row: number, column: number, own: number) => number;

/** Images drawn by some random numbers of each, 0..1. */
const drawn = (
  name: string,
  count: number,
  shape: readonly number[],
  drawingOf: (u: Float32Array, image: number) => Drawing,
): Images => {
  const [size, width] = [sizeOf(shape), shape.at(-1)!];
  const images = new Uint8Array(count * size);
  for (let image = 0; image < count; image++) {
    const numbers = new Float32Array(8 + size);
    fillUniform(key(image, name), numbers);
    const u = numbers.map((own) => (own + 1) / 2);
    const draw = drawingOf(u, image);
    for (let pixel = 0; pixel < size; pixel++) {
      const value = draw(Math.floor(pixel / width), pixel % width, u[8 + pixel]!);
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

/** Blocks of `side` x `side` pixels in an order of each image's own. */
const shuffled = (digits: Images, name: string, side: number): Images => {
  const { count, shape } = digits;
  const [size, width] = [sizeOf(shape), shape.at(-1)!];
  const across = width / side;
  const images = new Uint8Array(digits.images.length);
  for (let image = 0; image < count; image++) {
    const order = permutation(key(image, name), across * (shape.at(-2)! / side));
    for (let pixel = 0; pixel < size; pixel++) {
      const [i, j] = [Math.floor(pixel / width), pixel % width];
      const from = order[Math.floor(i / side) * across + Math.floor(j / side)]!;
      const [row, column] = [
        Math.floor(from / across) * side + (i % side),
        (from % across) * side + (j % side),
      ];
      images[image * size + pixel] = digits.images[image * size + row * width + column]!;
    }
  }
  return { ...digits, name, images };
};
