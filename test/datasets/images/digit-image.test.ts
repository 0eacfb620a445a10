/** Drawings as MNIST's images: their box, their proportions, their centre of mass. */
import { expect, test } from "vitest";
import { digitImage } from "../../../src/datasets/images/digit-image.ts";
import { mnist } from "../../../src/datasets/mnist.ts";
import { DataError } from "../../../src/errors.ts";

const SIDE = 28;

/** A drawing of that size with full ink in rows and columns of the given ranges. */
const boxed = (height: number, width: number, rows: [number, number], columns: [number, number]) =>
  Uint8Array.from({ length: height * width }, (_, k) => {
    const [row, column] = [Math.floor(k / width), k % width];
    return row >= rows[0] && row < rows[1] && column >= columns[0] && column < columns[1] ? 255 : 0;
  });

const extentOf = (image: Uint8Array) => {
  const at = [...image.keys()].filter((k) => image[k]! > 0);
  const [rows, columns] = [at.map((k) => Math.floor(k / SIDE)), at.map((k) => k % SIDE)];
  const sizeOf = (all: number[]): number => Math.max(...all) - Math.min(...all) + 1;
  return { height: sizeOf(rows), width: sizeOf(columns), top: Math.min(...rows), left: Math.min(...columns) };
};

test.each([
  ["a large box", boxed(100, 120, [5, 85], [30, 70]), { height: 20, width: 10, top: 4, left: 9 }],
  ["a small box in a corner", boxed(60, 60, [0, 5], [50, 60]), { height: 10, width: 20, top: 9, left: 4 }],
  ["a point", boxed(40, 40, [3, 4], [3, 4]), { height: 20, width: 20, top: 4, left: 4 }],
])("%s fits 20 x 20 with its proportions, in the middle", (_name, drawing, extent) => {
  const size =
    drawing.length === 100 * 120 ? [100, 120] : [Math.sqrt(drawing.length), Math.sqrt(drawing.length)];
  expect(extentOf(digitImage(drawing, size[0]!, size[1]!))).toEqual(extent);
});

test("the centre of mass is in the middle, not the box's centre", () => {
  // A letter L: its mass is low and left.
  const [bar, foot] = [boxed(40, 40, [0, 40], [0, 6]), boxed(40, 40, [30, 40], [0, 40])];
  const image = digitImage(
    bar.map((ink, k) => Math.max(ink, foot[k]!)),
    40,
    40,
  );
  let [mass, down, right] = [0, 0, 0];
  for (const [k, ink] of image.entries()) {
    mass += ink;
    down += ink * Math.floor(k / SIDE);
    right += ink * (k % SIDE);
  }
  for (const middle of [down / mass, right / mass]) expect(Math.abs(middle - 13.5)).toBeLessThanOrEqual(0.5);
  expect(extentOf(image).top).toBeLessThan(4);
});

test("MNIST's own digits hardly move: they are made so", async () => {
  const { test: split } = await mnist();
  const moved = Array.from({ length: 100 }, (_, k) => {
    const digit = split.images.slice(k * SIDE * SIDE, (k + 1) * SIDE * SIDE);
    const [own, made] = [extentOf(digit), extentOf(digitImage(digit, SIDE, SIDE))];
    return Math.max(Math.abs(own.top - made.top), Math.abs(own.left - made.left));
  });
  expect(moved.filter((pixels) => pixels <= 1).length).toBeGreaterThanOrEqual(95);
});

test("no ink stays none, and a wrong number of pixels is refused", () => {
  expect(digitImage(new Uint8Array(100), 10, 10)).toEqual(new Uint8Array(784));
  expect(() => digitImage(new Uint8Array(99), 10, 10)).toThrow(DataError);
});
