/**
 * Differentiation of whole expressions: shared nodes, stopped gradients, several outputs, conventions at
 * kinks.
 */
import { describe, expect, test } from "vitest";
import { ShapeError } from "../../src/errors.ts";
import { sum } from "../../src/tensor/broadcast.ts";
import { abs, add, exp, maximum, minimum, multiply, relu } from "../../src/tensor/elementwise.ts";
import {
  gradient,
  pullback,
  stopGradient,
  topologicalOrder,
  withGradient,
} from "../../src/tensor/gradient.ts";
import { reshape } from "../../src/tensor/layout.ts";
import { maximumOfParts, maxPool2d } from "../../src/tensor/pool.ts";
import { argmax, max } from "../../src/tensor/reduce.ts";
import { cast, greater } from "../../src/tensor/select.ts";
import { constant, input, type Tensor } from "../../src/tensor/tensor.ts";
import { evaluate } from "./evaluate.ts";

const x = input("x", [3]);
const feeds = { x: Float32Array.of(-1, 0.5, 2) };
const square = (a: Tensor): Tensor => multiply(a, a);

/** Elements of d loss / d x. */
const derivative = async (loss: Tensor, parameter: Tensor = x): Promise<number[]> =>
  evaluate(gradient(loss, [parameter])[0]!, feeds);

describe("gradient", () => {
  test("adds up over every use of a tensor", async () => {
    const loss = sum(add(multiply(x, x), multiply(3, x)));
    expect(await derivative(loss)).toEqual([1, 4, 7]);
  });

  test("is zero for a parameter on which the loss does not depend", async () => {
    const other = input("other", [2, 1]);
    const [zero] = gradient(sum(x), [other]);
    expect(zero!.shape).toEqual([2, 1]);
    expect(await evaluate(zero!)).toEqual([0, 0]);
  });

  test("is taken in intermediate tensors, together with those that they depend on", async () => {
    const y = square(x);
    const [toX, toY] = gradient(sum(square(y)), [x, y]);
    expect(await evaluate(toX!, feeds)).toEqual([-4, 0.5, 32]);
    expect(await evaluate(toY!, feeds)).toEqual([2, 0.5, 8]);
  });

  test("is one in the loss itself", async () => {
    const loss = sum(x);
    expect(await derivative(loss, loss)).toEqual([1]);
  });

  test("keeps the shape of a loss with one element", async () => {
    expect(await derivative(reshape(sum(square(x)), [1, 1]))).toEqual([-2, 1, 4]);
  });

  test("takes the same parameter twice", async () => {
    const [first, second] = gradient(sum(x), [x, x]);
    expect(await evaluate(add(first!, second!), feeds)).toEqual([2, 2, 2]);
  });

  test("does not pass stopGradient, comparisons, argmax and conversions", async () => {
    expect(await derivative(sum(multiply(x, stopGradient(x))))).toEqual([-1, 0.5, 2]);
    expect(await derivative(sum(multiply(x, cast(greater(x, 0), "float32"))))).toEqual([0, 1, 1]);
    expect(await derivative(cast(argmax(x, 0), "float32"))).toEqual([0, 0, 0]);
    expect(await derivative(sum(cast(cast(x, "int32"), "float32")))).toEqual([0, 0, 0]);
  });

  test("is that which withGradient gives to the inputs that it names", async () => {
    const y = withGradient(square(x), [x], (cotangent) => [multiply(cotangent, 10)]);
    expect(await evaluate(y, feeds)).toEqual([1, 0.25, 4]);
    expect(await derivative(sum(multiply(2, y)))).toEqual([20, 20, 20]);
  });

  test("refuses a loss of several elements", () => {
    expect(() => gradient(x, [x])).toThrow(ShapeError);
    expect(() => gradient(x, [x])).toThrow(
      "gradient: got a loss of shape [3]; expected a loss of one element. Take its sum or mean.",
    );
  });
});

describe("pullback", () => {
  test("adds up over outputs", async () => {
    const [toX] = pullback([square(x), exp(multiply(0, x))], [constant(1, [3]), constant(7, [3])], [x]);
    expect(await evaluate(toX!, feeds)).toEqual([-2, 1, 4]);
  });

  test("takes an output twice, and a parameter as an output", async () => {
    const y = square(x);
    const [toX] = pullback([y, y, x], [constant(1, [3]), constant(2, [3]), constant(5, [3])], [x]);
    expect(await evaluate(toX!, feeds)).toEqual([-1, 8, 17]);
  });

  test.each([
    [[constant(1, [2])], "pullback: got [3] and [2]; expected a cotangent of the shape of its output"],
    [[], "pullback: got 1 outputs and 0 cotangents; expected one cotangent an output"],
  ])("refuses cotangents that do not fit %#", (cotangents, message) => {
    expect(() => pullback([square(x)], cotangents, [x])).toThrow(ShapeError);
    expect(() => pullback([square(x)], cotangents, [x])).toThrow(message);
  });
});

describe("where a function has a kink", () => {
  const at = (...values: number[]) => constant(Float32Array.from(values), [values.length]);
  const slope = async (f: (a: Tensor) => Tensor, ...values: number[]) => {
    const point = at(...values);
    return evaluate(gradient(sum(f(point)), [point])[0]!);
  };

  test("relu and abs have slope 0 at 0", async () => {
    expect(await slope(relu, -1, 0, 1)).toEqual([0, 0, 1]);
    expect(await slope(abs, -1, 0, 1)).toEqual([-1, 0, 1]);
  });

  test("maximum and minimum give half to each operand on a tie", async () => {
    const bounds = at(0, 0, 0);
    for (const f of [maximum, minimum]) {
      const slopes = await slope((a) => f(a, bounds), -1, 0, 1);
      expect(slopes).toEqual(f === maximum ? [0, 0.5, 1] : [1, 0.5, 0]);
      expect(await slope((a) => f(a, a), -1, 0, 1)).toEqual([1, 1, 1]);
    }
  });

  test("max, maxPool2d and maximumOfParts share equally among ties", async () => {
    expect(await slope((a) => max(a), 1, 3, 3)).toEqual([0, 0.5, 0.5]);
    const pool = (a: Tensor) => maxPool2d(reshape(a, [1, 1, 2, 3]), { kernel: [2, 2], strides: [1, 1] });
    expect(await slope(pool, 5, 2, 1, 5, 0, 2)).toEqual([0.5, 0.5, 0, 0.5, 0, 0.5]);
    const parts = (a: Tensor) => maximumOfParts(reshape(a, [1, 6]), 3);
    expect(await slope(parts, 5, 2, 1, 2, 5, 2)).toEqual([0.5, 1 / 3, 0, 1 / 3, 0.5, 1 / 3].map(Math.fround));
  });
});

describe("the expression of a gradient", () => {
  /** Number of tensors in the gradient of a chain of `length` operators. */
  const count = (length: number, link: (a: Tensor) => Tensor, start: Tensor): number => {
    let y = start;
    for (let k = 0; k < length; k++) y = link(y);
    return topologicalOrder(gradient(sum(y), [start])).length;
  };

  test.each([
    ["multiply", square, x],
    [
      "maxPool2d",
      (a: Tensor) => maxPool2d(a, { kernel: [1, 2], strides: [1, 1] }),
      input("i", [1, 1, 1, 99]),
    ],
  ] as const)("grows linearly with the depth: %s", (_, link, start) => {
    const [short, middle, long] = [10, 20, 30].map((length) => count(length, link, start));
    expect(long! - middle!).toBe(middle! - short!);
  });

  test("may be deep", () => {
    expect(count(20_000, square, x)).toBeGreaterThan(40_000);
  });
});
