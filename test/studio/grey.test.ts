/** Pictures of the user as grey ink. */
import { expect, test } from "vitest";
import { greyOf } from "../../studio/src/shared/grey.ts";

/** RGBA pixels of grey values; each with its opacity, by default whole. */
const rgba = (values: readonly number[], alpha = values.map(() => 255)): Uint8ClampedArray =>
  Uint8ClampedArray.from(values.flatMap((value, k) => [value, value, value, alpha[k]!]));

test("ink is bright: a picture on bright ground is inverted, another is not", () => {
  expect([...greyOf(rgba([255, 255, 255, 255, 0, 255, 255, 255, 255]), 3)]).toEqual([
    0, 0, 0, 0, 255, 0, 0, 0, 0,
  ]);
  expect([...greyOf(rgba([0, 0, 0, 0, 200, 0, 0, 0, 0]), 3)]).toEqual([0, 0, 0, 0, 200, 0, 0, 0, 0]);
});

test("what is transparent has no ink, on bright ground too", () => {
  const values = [255, 255, 255, 255, 255, 0, 255, 255, 255, 255, 255, 255];
  const alpha = [0, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255];
  expect([...greyOf(rgba(values, alpha), 4)]).toEqual([0, 0, 0, 0, 0, 255, 0, 0, 0, 0, 0, 0]);
});
