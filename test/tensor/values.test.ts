/** Values of the operators that test/fixtures/operators.json does not cover. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sum } from "../../src/tensor/broadcast.ts";
import { conv2d, convTranspose2d } from "../../src/tensor/convolution.ts";
import { add, divide, multiply, sign, square, subtract } from "../../src/tensor/elementwise.ts";
import { dilate, pad, reverse, slice } from "../../src/tensor/layout.ts";
import { argmax, norm } from "../../src/tensor/reduce.ts";
import { cast, equal, greater, greaterEqual, less, lessEqual } from "../../src/tensor/select.ts";
import { logSoftmax, softmax } from "../../src/tensor/softmax.ts";
import { depthToSpace, spaceToDepth } from "../../src/tensor/space-to-depth.ts";
import { take } from "../../src/tensor/take.ts";
import { constant, type Shape, sizeOf, type Tensor } from "../../src/tensor/tensor.ts";
import * as random from "./arbitraries.ts";
import { evaluate } from "./evaluate.ts";
import { type Random, randomOf } from "./finite-differences.ts";

const vector = (...values: number[]): Tensor => constant(Float32Array.from(values), [values.length]);

/** The numbers 0, 1, 2, ... */
const counting = (...shape: number[]): Tensor =>
  constant(
    Float32Array.from({ length: sizeOf(shape) }, (_, k) => k),
    shape,
  );

describe("elementwise", () => {
  test("numbers stand on either side", async () => {
    const x = vector(1, 2, 4);
    expect(await evaluate(subtract(1, x))).toEqual([0, -1, -3]);
    expect(await evaluate(subtract(x, 1))).toEqual([0, 1, 3]);
    expect(await evaluate(divide(8, x))).toEqual([8, 4, 2]);
    expect(await evaluate(add(1, 2))).toEqual([3]);
  });

  test("sign and square", async () => {
    expect(await evaluate(sign(vector(-2, 0, 0.1)))).toEqual([-1, 0, 1]);
    expect(await evaluate(square(vector(-2, 0, 3)))).toEqual([4, 0, 9]);
  });

  test("comparisons, of every element type that has an order", async () => {
    for (const type of ["float32", "int64", "int32", "uint8"] as const) {
      const [a, b] = [cast(vector(1, 2, 3), type), cast(vector(2, 2, 2), type)];
      expect(await evaluate(less(a, b))).toEqual([1, 0, 0]);
      expect(await evaluate(lessEqual(a, b))).toEqual([1, 1, 0]);
      expect(await evaluate(equal(a, b))).toEqual([0, 1, 0]);
      expect(await evaluate(greaterEqual(a, b))).toEqual([0, 1, 1]);
      expect(await evaluate(greater(a, b))).toEqual([0, 0, 1]);
    }
  });

  test("conversion cuts fractions off, and takes all but 0 for true", async () => {
    expect(await evaluate(cast(vector(-1.7, 1.7, 0), "int32"))).toEqual([-1, 1, 0]);
    expect(await evaluate(cast(vector(-1.7, 0.2, 0), "bool"))).toEqual([1, 1, 0]);
    expect(await evaluate(cast(greater(vector(1, 0), 0), "float32"))).toEqual([1, 0]);
  });
});

describe("reductions", () => {
  test("norm", async () => {
    const x = constant(Float32Array.of(3, 5, 4, -12), [2, 2]);
    expect(await evaluate(norm(x, [0]))).toEqual([5, 13]);
    expect(await evaluate(norm(x, []))).toEqual([3, 5, 4, 12]);
    expect(await evaluate(square(norm(x, undefined, true)))).toEqual([expect.closeTo(194, 4)]);
  });

  test("argmax gives the first of several maxima", async () => {
    expect(await evaluate(argmax(constant(Float32Array.of(1, 3, 3, 9, 2, 9), [2, 3]), -1))).toEqual([1, 0]);
  });

  test("softmax and its logarithm stand large numbers", async () => {
    expect(await evaluate(softmax(vector(1000, 1000, -1000)))).toEqual([0.5, 0.5, 0]);
    expect(await evaluate(logSoftmax(vector(1000, 0)))).toEqual([0, -1000]);
  });
});

describe("layout", () => {
  test("slices from the back and beyond the end", async () => {
    expect(await evaluate(slice(counting(6), [-4], [-1]))).toEqual([2, 3, 4]);
    expect(await evaluate(slice(counting(6), [1], [99], [2]))).toEqual([1, 3, 5]);
    expect(await evaluate(slice(counting(2, 3), [-9, 1]))).toEqual([1, 2, 4, 5]);
  });

  test("pads and cuts at once", async () => {
    expect(await evaluate(pad(counting(2, 2), [1, -1], [-1, 2], 7))).toEqual([7, 7, 7, 1, 7, 7]);
    expect(await evaluate(pad(counting(2), [-3], [2], 7))).toEqual([7]);
  });

  test("reverse, dilate and take", async () => {
    const x = counting(2, 3);
    expect(await evaluate(reverse(x, [1]))).toEqual([2, 1, 0, 5, 4, 3]);
    expect(await evaluate(reverse(x, [0, -1]))).toEqual([5, 4, 3, 2, 1, 0]);
    expect(await evaluate(dilate(x, -1, 2))).toEqual([0, 0, 1, 0, 2, 3, 0, 4, 0, 5]);
    expect(await evaluate(dilate(x, 0, 3))).toEqual([0, 1, 2, 0, 0, 0, 0, 0, 0, 3, 4, 5]);
    expect(await evaluate(take(x, 1, [2, 0, 0]))).toEqual([2, 0, 0, 5, 3, 3]);
  });

  test("spaceToDepth puts channel c of place (row, column) at (row block + column) channels + c", async () => {
    const [channels, block, x] = [2, 2, counting(1, 2, 4, 6)];
    const depth = await evaluate(spaceToDepth(x, block));
    const expected = [];
    for (let row = 0; row < block; row++)
      for (let column = 0; column < block; column++)
        for (let c = 0; c < channels; c++)
          for (let i = 0; i < 2; i++)
            for (let j = 0; j < 3; j++) expected.push(c * 24 + (i * block + row) * 6 + j * block + column);
    expect(depth).toEqual(expected);
    expect(await evaluate(depthToSpace(spaceToDepth(x, block), block))).toEqual(await evaluate(x));
  });
});

describe("convTranspose2d", () => {
  /** Small whole numbers, whose products and sums are exact in float32. */
  const whole = (shape: Shape, next: Random): Tensor =>
    constant(
      Float32Array.from({ length: sizeOf(shape) }, () => Math.floor(9 * next()) - 4),
      shape,
    );

  test("is the adjoint of conv2d: y . conv2d(x, w) = convTranspose2d(y, w) . x", () =>
    fc.assert(
      fc.asyncProperty(random.convolutions, fc.nat(), async ({ image, weights, output, options }, seed) => {
        const next = randomOf(seed);
        const [x, w, y] = [whole(image, next), whole(weights, next), whole(output, next)];
        const spread = convTranspose2d(y, w, [image[2], image[3]], options);
        expect(spread.shape).toEqual(image);
        const [left] = await evaluate(sum(multiply(y, conv2d(x, w, options))));
        const [right] = await evaluate(sum(multiply(spread, x)));
        expect(right).toBe(left);
      }),
      { numRuns: 30, seed: 5 },
    ));
});
