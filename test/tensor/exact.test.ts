/** Arithmetic on whole numbers by ONNX Runtime, against plain loops. */
import { describe, expect, it } from "vitest";
import { ShapeError } from "../../src/errors.ts";
import { createEngine } from "../../src/runtime/node.ts";
import { allocateElements } from "../../src/tensor/elements.ts";
import {
  byteProduct,
  clamped,
  exactDifference,
  exactMatrixProduct,
  exactProduct,
  exactQuotient,
  exactRoot,
  exactSum,
  floor,
  lookUp,
  paddedBytes,
  requantizedProduct,
} from "../../src/tensor/exact.ts";
import { lower } from "../../src/tensor/lower.ts";
import { constant, type Tensor } from "../../src/tensor/tensor.ts";
import { uniform } from "../nn/draw.ts";

const engine = createEngine({ threads: 1 });

const valuesOf = async (tensor: Tensor): Promise<number[]> => {
  const executable = await engine.compile(lower({ out: tensor }));
  const out = allocateElements(tensor);
  await executable.run({}, { out });
  await executable.dispose();
  return Array.from(out as Int32Array, Number);
};

const words = (...values: number[]): Tensor => constant(Int32Array.from(values), [values.length]);
const doubles = (...values: number[]): Tensor => constant(Float64Array.from(values), [values.length]);

describe("arithmetic", () => {
  it("is exact on int32", async () => {
    const [a, b] = [words(7, -7, 2 ** 30), words(3, 3, 2)];
    expect(await valuesOf(exactSum(a, b))).toEqual([10, -4, 2 ** 30 + 2]);
    expect(await valuesOf(exactDifference(a, 5))).toEqual([2, -12, 2 ** 30 - 5]);
    expect(await valuesOf(exactProduct(a, -1))).toEqual([-7, 7, -(2 ** 30)]);
    expect(await valuesOf(exactQuotient(a, b))).toEqual([2, -2, 2 ** 29]);
    expect(await valuesOf(clamped(a, -1, 9))).toEqual([7, -1, 9]);
  });

  it("is exact on float64 up to 2^53", async () => {
    const a = doubles(2 ** 53 - 1, -1, 9);
    expect(await valuesOf(exactSum(a, -1))).toEqual([2 ** 53 - 2, -2, 8]);
    expect(await valuesOf(exactProduct(doubles(2 ** 26, 3), doubles(2 ** 26 - 1, 5)))).toEqual([
      2 ** 26 * (2 ** 26 - 1),
      15,
    ]);
    expect(await valuesOf(floor(exactQuotient(doubles(-7, 7), 2)))).toEqual([-4, 3]);
    expect(await valuesOf(exactRoot(doubles(9, (2 ** 26 - 1) ** 2)))).toEqual([3, 2 ** 26 - 1]);
    expect(await valuesOf(clamped(a, -0.5, 2))).toEqual([2, -0.5, 2]);
  });

  it("takes one type", () => {
    expect(() => exactSum(words(1), doubles(1))).toThrow(ShapeError);
    expect(() => floor(words(1))).toThrow(ShapeError);
  });
});

describe("products of bytes", () => {
  const [rows, inner, columns] = [5, 70, 6];
  const bytes = Uint8Array.from(uniform("bytes", rows * inner, 0, 3));
  const weight = Int8Array.from(uniform("weights", inner * columns, -127, 127));
  const [a, b] = [constant(bytes, [rows, inner]), constant(weight, [inner, columns])];
  const product = (zero: number): number[] =>
    Array.from({ length: rows * columns }, (_, k) => {
      const [row, column] = [Math.floor(k / columns), k % columns];
      let sum = 0;
      for (let j = 0; j < inner; j++) sum += (bytes[row * inner + j]! - zero) * weight[j * columns + column]!;
      return sum;
    });

  it("are exact", async () => {
    expect(await valuesOf(byteProduct(a, b, 1))).toEqual(product(1));
  });

  it("are requantized by bias, scale and rounding", async () => {
    const bias = Int32Array.from({ length: columns }, (_, k) => 300 * k - 500);
    const scale = Float32Array.from({ length: columns }, (_, k) => (2 * k + 257) / 2 ** 13);
    const found = await valuesOf(
      requantizedProduct(a, b, 1, { bias: constant(bias, [columns]), scale: constant(scale, [columns]) }),
    );
    const expected = product(1).map((sum, k) => {
      const i = Math.round((sum + bias[k % columns]!) * scale[k % columns]!);
      return 128 + Math.max(-128, Math.min(127, i));
    });
    expect(found).toEqual(expected);
    expect(new Set(found).size).toBeGreaterThan(10);
  });

  it("are exact in float64", async () => {
    const whole = (values: ArrayLike<number>, shape: readonly number[]): Tensor =>
      constant(Float64Array.from(values), shape);
    expect(
      await valuesOf(exactMatrixProduct(whole(bytes, [rows, inner]), whole(weight, [inner, columns]))),
    ).toEqual(product(0));
  });

  it("refuse shapes that do not fit", () => {
    expect(() => byteProduct(a, constant(weight, [columns, inner]), 1)).toThrow(ShapeError);
    expect(() => requantizedProduct(a, b, 1, { bias: words(1), scale: constant(1, [1]) })).toThrow(
      ShapeError,
    );
  });
});

it("looks elements up in a table", async () => {
  const indices = constant(Int32Array.of(2, 0, 2, 1), [2, 2]);
  expect(await valuesOf(lookUp(words(10, 20, 30), indices))).toEqual([30, 10, 30, 20]);
});

it("pads rows and columns of bytes", async () => {
  const image = constant(Uint8Array.of(2, 3), [1, 1, 1, 2]);
  expect(await valuesOf(paddedBytes(image, 1, 7))).toEqual([...Array(8).fill(7), 2, 3, ...Array(8).fill(7)]);
  expect(paddedBytes(image, 0, 7)).toBe(image);
});
