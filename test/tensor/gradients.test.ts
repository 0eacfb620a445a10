/** The gradient of every operator against central finite differences, over random shapes. */
import fc from "fast-check";
import { describe, test } from "vitest";
import { broadcastTo, sum } from "../../src/tensor/broadcast.ts";
import { conv2d, convTranspose2d } from "../../src/tensor/convolution.ts";
import * as elementwise from "../../src/tensor/elementwise.ts";
import { gemm } from "../../src/tensor/gemm.ts";
import { concat, dilate, pad, reshape, reverse, slice, transpose } from "../../src/tensor/layout.ts";
import { matmul } from "../../src/tensor/matmul.ts";
import { averagePool2d, maxPool2d } from "../../src/tensor/pool.ts";
import { max, mean, norm } from "../../src/tensor/reduce.ts";
import { cast, where } from "../../src/tensor/select.ts";
import { logSoftmax, softmax } from "../../src/tensor/softmax.ts";
import { depthToSpace, spaceToDepth } from "../../src/tensor/space-to-depth.ts";
import { take } from "../../src/tensor/take.ts";
import { constant, sizeOf, type Tensor } from "../../src/tensor/tensor.ts";
import * as random from "./arbitraries.ts";
import {
  awayFromZero,
  checkGradient,
  type Differentiable,
  type Draw,
  distinct,
  randomOf,
  within,
} from "./finite-differences.ts";

const SHAPES_A_CASE = 20;

const suite = (cases: Readonly<Record<string, fc.Arbitrary<Differentiable>>>): void => {
  test.each(Object.entries(cases))("%s", (_, subjects) =>
    fc.assert(fc.asyncProperty(subjects, fc.nat(), checkGradient), { numRuns: SHAPES_A_CASE, seed: 1 }),
  );
};

describe("elementwise, with broadcasting", () => {
  const binary = (build: Differentiable["build"], rest: Partial<Differentiable> = {}) =>
    random.broadcastable(2).map((shapes) => ({ shapes, build, ...rest }));
  const unary = (build: Differentiable["build"], draw: Draw, rest: Partial<Differentiable> = {}) =>
    random.shapes().map((shape) => ({ shapes: [shape], build, draw, terms: 1, ...rest }));
  /**
   * Step h of nonlinear functions: about the cube root of the unit of rounding, where truncation equals
   * rounding.
   */
  const step = 2 ** -7;
  /** Elements of the operands differ by at least 1/2; h moves them by 1/8. */
  const untied = { draw: [distinct(), distinct(0.5)], step: 2 ** -3 };

  const { add, subtract, multiply, divide, maximum, minimum } = elementwise;
  suite({
    add: binary((a, b) => add(a!, b!)),
    subtract: binary((a, b) => subtract(a!, b!)),
    multiply: binary((a, b) => multiply(a!, b!)),
    // |d^3/dt^3 (a + t v) / (b + t w)| = 6 w^2 |a w - v b| / (b + t w)^4 <= 6 (2 + 1) / (1 - h)^4
    divide: binary((a, b) => divide(a!, b!), {
      draw: [within(-2, 2), within(1, 2)],
      step,
      thirdDerivative: 20,
    }),
    maximum: binary((a, b) => maximum(a!, b!), untied),
    minimum: binary((a, b) => minimum(a!, b!), untied),
  });

  const { negate, abs, cos, sign, exp, log, sqrt, tanh, sigmoid, relu, erf, square } = elementwise;
  const around = within(-2, 2);
  const positive = within(0.5, 2);
  suite({
    negate: unary((x) => negate(x!), around),
    abs: unary((x) => abs(x!), awayFromZero),
    sign: unary((x) => sign(x!), awayFromZero),
    relu: unary((x) => relu(x!), awayFromZero),
    square: unary((x) => square(x!), around),
    exp: unary((x) => exp(x!), around, { step, thirdDerivative: 8 }), // e^(2 + h)
    log: unary((x) => log(x!), positive, { step, thirdDerivative: 17 }), // 2 / x^3 at 1/2 - h
    sqrt: unary((x) => sqrt(x!), positive, { step, thirdDerivative: 2.3 }), // 3/8 x^(-5/2) at 1/2 - h
    tanh: unary((x) => tanh(x!), around, { step, thirdDerivative: 2 }), // at 0
    cos: unary((x) => cos(x!), around, { step, thirdDerivative: 1 }), // |sin| <= 1
    sigmoid: unary((x) => sigmoid(x!), around, { step, thirdDerivative: 1 / 8 }), // at 0
    erf: unary((x) => erf(x!), around, { step, thirdDerivative: 4 / Math.sqrt(Math.PI) }), // at 0
  });

  suite({
    where: random.broadcastable(3).map(([condition, ...shapes]) => ({
      shapes,
      build: (a, b) => where(randomly(condition!), a!, b!),
    })),
    "add and divide with numbers": random.shapes().map((shape) => ({
      shapes: [shape],
      build: (x) => divide(add(1, multiply(x!, 3)), 2),
    })),
  });
});

/** A random boolean for every element of `shape`. */
const randomly = (shape: readonly number[]): Tensor => {
  const next = randomOf(sizeOf(shape));
  const bits = Uint8Array.from({ length: sizeOf(shape) }, () => Number(next() < 0.5));
  return cast(constant(bits, shape), "bool");
};

describe("reductions", () => {
  /** |w^3 - 3 w k2 - k3| <= 8 + 6 + 1 with w = v_k - E v and the cumulants k2, k3 of v under the softmax. */
  const smooth = { draw: within(-2, 2), step: 2 ** -7, thirdDerivative: 15 };
  suite({
    sum: random.shapeAndAxes.map(({ shape, axes, keepDims }) => ({
      shapes: [shape],
      build: (x) => sum(x!, axes, keepDims),
      options: { axes, keepDims },
    })),
    "sum of few long rows": fc.tuple(random.between(1, 20), random.between(4000, 5000)).map((shape) => ({
      shapes: [shape],
      build: (x) => sum(x!, [0]),
    })),
    mean: random.shapeAndAxes.map(({ shape, axes, keepDims }) => ({
      shapes: [shape],
      build: (x) => mean(x!, axes, keepDims),
      options: { axes, keepDims },
    })),
    // third derivative along v of the norm r of x, with e = x / r: 3 |(e.v) (|v|^2 - (e.v)^2)| / r^2 < 1.2 |v|^3 / r^2,
    // |v|^3 <= n^(3/2) and r >= sqrt(n) (1 - h) for n elements of magnitude at least 1
    norm: random.shapeAndAxes.map(({ shape, axes, keepDims }) => ({
      shapes: [shape],
      build: (x) => norm(x!, axes, keepDims),
      options: { axes, keepDims },
      draw: within(1, 2),
      step: 2 ** -7,
      thirdDerivative: 1.25 * Math.sqrt(sizeOf(shape)),
    })),
    max: random.shapeAndAxes.map(({ shape, axes, keepDims }) => ({
      shapes: [shape],
      build: (x) => max(x!, axes, keepDims),
      options: { axes, keepDims },
      draw: distinct(),
      step: 2 ** -2,
    })),
    softmax: random.shapeAndAxis.map(({ shape, axis }) => ({
      shapes: [shape],
      build: (x) => softmax(x!, axis),
      options: axis,
      terms: shape.at(axis)!,
      ...smooth,
    })),
    // minus the third cumulant of v under the softmax, at most 8 p (1 - p) (1 - 2 p) < 1
    logSoftmax: random.shapeAndAxis.map(({ shape, axis }) => ({
      shapes: [shape],
      build: (x) => logSoftmax(x!, axis),
      options: axis,
      terms: shape.at(axis)!,
      ...smooth,
      thirdDerivative: 1,
    })),
  });
});

describe("products", () => {
  const size = fc.integer({ min: 1, max: 5 });
  const convolution = (subjects: typeof random.convolutions) =>
    subjects.map(({ image, weights, output, options }) => ({
      shapes: [image, weights],
      build: (x: Tensor, w: Tensor) => conv2d(x, w, options),
      options,
      terms: Math.max(sizeOf(weights), sizeOf(output)),
    }));
  suite({
    matmul: fc.tuple(random.broadcastable(2, 2), size, size, size).map(([[a, b], m, k, n]) => ({
      shapes: [
        [...a!, m, k],
        [...b!, k, n],
      ],
      build: (x, y) => matmul(x!, y!),
    })),
    gemm: fc.tuple(size, size, size, fc.boolean(), fc.boolean()).map(([m, k, n, transA, transB]) => ({
      shapes: [transA ? [k, m] : [m, k], transB ? [n, k] : [k, n]],
      build: (x, y) => gemm(x!, y!, { transA, transB }),
      options: { transA, transB },
    })),
    conv2d: convolution(random.convolutions),
    "conv2d with stride 1 and one group": convolution(random.plainConvolutions),
    "conv2d with wide windows": convolution(random.wideConvolutions),
    "conv2d with wide windows at many places": convolution(random.largeConvolutions),
    "conv2d with a bias": random.convolutions.map(({ image, weights, output, options }) => ({
      shapes: [image, weights, [weights[0]]],
      build: (x, w, bias) => conv2d(x!, w!, options, bias),
      options,
      terms: Math.max(sizeOf(weights), sizeOf(output)),
    })),
    convTranspose2d: random.convolutions.map(({ image, weights, output, options }) => ({
      shapes: [output, weights],
      build: (y, w) => convTranspose2d(y!, w!, [image[2], image[3]], options),
      options,
      terms: Math.max(sizeOf(weights), sizeOf(output)),
    })),
  });
  test.each([
    [false, false],
    [false, true],
    [true, false],
    [true, true],
  ])("gemm with transA %s, transB %s", (transA, transB) =>
    checkGradient(
      {
        shapes: [transA ? [3, 2] : [2, 3], transB ? [4, 3] : [3, 4]],
        build: (x, y) => gemm(x!, y!, { transA, transB }),
      },
      1,
    ),
  );
});

describe("pools", () => {
  suite({
    maxPool2d: random.pools.map(({ image, options }) => ({
      shapes: [image],
      build: (x) => maxPool2d(x!, options),
      options,
      terms: sizeOf(options.kernel),
      draw: distinct(),
      step: 2 ** -2,
    })),
    averagePool2d: random.pools.map(({ image, options }) => ({
      shapes: [image],
      build: (x) => averagePool2d(x!, options),
      options,
      terms: sizeOf(options.kernel),
    })),
  });
});

describe("layout", () => {
  suite({
    reshape: random
      .shapes(0, 4)
      .chain((shape) =>
        fc
          .constantFrom(
            [sizeOf(shape)],
            [-1],
            [...shape].reverse(),
            [1, ...shape, 1],
            [...shape.slice(1), -1],
          )
          .map((target) => ({ shapes: [shape], build: (x) => reshape(x!, target), options: target })),
      ),
    transpose: random.permuted.map(({ shape, permutation }) => ({
      shapes: [shape],
      build: (x) => transpose(x!, permutation),
      options: permutation,
    })),
    slice: random.slices.map(({ shape, starts, ends, steps }) => ({
      shapes: [shape],
      build: (x) => slice(x!, starts, ends, steps),
      options: { starts, ends, steps },
    })),
    reverse: random.shapeAndAxes.map(({ shape, axes = [] }) => ({
      shapes: [shape],
      build: (x) => reverse(x!, axes),
      options: axes,
    })),
    dilate: fc.tuple(random.shapeAndAxis, fc.integer({ min: 1, max: 4 })).map(([{ shape, axis }, step]) => ({
      shapes: [shape],
      build: (x) => dilate(x!, axis, step),
      options: { axis, step },
    })),
    pad: random.paddings.map(({ shape, before, after, value }) => ({
      shapes: [shape],
      build: (x) => pad(x!, before, after, value),
      options: { before, after, value },
    })),
    take: random.takes.map(({ shape, axis, indices }) => ({
      shapes: [shape],
      build: (x) => take(x!, axis, indices),
      options: { axis, indices },
    })),
    spaceToDepth: random.blocks.map(({ image, block }) => ({
      shapes: [image],
      build: (x) => spaceToDepth(x!, block),
      options: block,
    })),
    depthToSpace: random.blocks.map(({ depth, block }) => ({
      shapes: [depth],
      build: (x) => depthToSpace(x!, block),
      options: block,
    })),
    concat: random.concatenable.map(({ axis, parts }) => ({
      shapes: parts,
      build: (...xs) => concat(xs, axis),
      options: axis,
    })),
    broadcastTo: random.widening.map(([shape, target]) => ({
      shapes: [shape],
      build: (x) => broadcastTo(x!, target),
      options: target,
    })),
  });
});
