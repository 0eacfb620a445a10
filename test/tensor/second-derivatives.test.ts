/** Second derivatives: gradients of gradients of some operators against finite differences. */
import fc from "fast-check";
import { test } from "vitest";
import { conv2d } from "../../src/tensor/convolution.ts";
import { divide, erf } from "../../src/tensor/elementwise.ts";
import { pullback } from "../../src/tensor/gradient.ts";
import { concat, reshape } from "../../src/tensor/layout.ts";
import { matmul } from "../../src/tensor/matmul.ts";
import { averagePool2d, maxPool2d } from "../../src/tensor/pool.ts";
import { softmax } from "../../src/tensor/softmax.ts";
import { type Shape, sizeOf, type Tensor } from "../../src/tensor/tensor.ts";
import * as random from "./arbitraries.ts";
import { checkGradient, type Differentiable, type Draw, distinct, within } from "./finite-differences.ts";

/**
 * The gradients of `build` as one vector: a function of its inputs and of the cotangent of its output, of
 * shape `shape`.
 */
const gradientOf = (
  shapes: readonly Shape[],
  shape: Shape,
  build: (...inputs: Tensor[]) => Tensor,
): Pick<Differentiable, "shapes" | "build"> => ({
  shapes: [...shapes, shape],
  build: (...all) => {
    const inputs = all.slice(0, -1);
    const gradients = pullback([build(...inputs)], [all.at(-1)!], inputs);
    return concat(
      gradients.map((gradient) => reshape(gradient, [-1])),
      0,
    );
  },
});

const positive = within(0.5, 2);
const size = fc.integer({ min: 1, max: 4 });

const subjects: Readonly<Record<string, fc.Arbitrary<Differentiable>>> = {
  // |(c f)'''| <= |c| |f'''| + 3 |f''| with f = 2/sqrt(pi) exp(-x^2), |f''| <= 2.26, |f'''| <= 4.41, |c| <= 2 + h
  erf: random.shapes().map((shape) => ({
    ...gradientOf([shape], shape, (x) => erf(x!)),
    draw: [within(-2, 2), positive] satisfies Draw[],
    step: 2 ** -7,
    thirdDerivative: 16,
    terms: 1,
  })),
  // third derivatives of c / b and of c a / b^2 along unit directions, b >= 1, a, c <= 2 + h, h = 2^-8: by Leibniz' rule
  // sum_k binomial(3, k) |(c a)^(k)| |(b^-2)^(3 - k)| <= 4 x 24 + 3 x 4 x 6 + 3 x 2 x 2 = 180, times (1 - h)^-5
  divide: random.shapes().map((shape) => ({
    ...gradientOf([shape, shape], shape, (a, b) => divide(a!, b!)),
    draw: [positive, within(1, 2), positive] satisfies Draw[],
    step: 2 ** -8,
    thirdDerivative: 190,
    terms: 1,
  })),
  // joint cumulants under the softmax of the centred c, v, w (the cotangent's direction) and the k-th unit vector e:
  // k5(c, e, v, v, v) + 3 k4(w, e, v, v) <= 1.6 x 8 x (1 + 10) + 3 x 2 x 4 x (1 + 3)
  softmax: random.shapeAndAxis.map(({ shape, axis }) => ({
    ...gradientOf([shape], shape, (x) => softmax(x!, axis)),
    draw: [within(-2, 2), positive] satisfies Draw[],
    step: 2 ** -9,
    thirdDerivative: 240,
    terms: shape.at(axis)!,
    options: axis,
  })),
  matmul: fc
    .tuple(random.broadcastable(2, 2), size, size, size)
    .filter(([[a, b]]) => a!.length === b!.length)
    .map(([[a, b], m, k, n]) => {
      const batch = a!.map((extent, axis) => Math.max(extent, b![axis]!));
      return gradientOf(
        [
          [...a!, m, k],
          [...b!, k, n],
        ],
        [...batch, m, n],
        (x, y) => matmul(x!, y!),
      );
    }),
  conv2d: random.convolutions.map(({ image, weights, output, options }) => ({
    ...gradientOf([image, weights], output, (x, w) => conv2d(x!, w!, options)),
    terms: Math.max(sizeOf(weights), sizeOf(output)),
    options,
  })),
  "conv2d with stride 1 and one group": random.plainConvolutions.map(
    ({ image, weights, output, options }) => ({
      ...gradientOf([image, weights], output, (x, w) => conv2d(x!, w!, options)),
      terms: Math.max(sizeOf(weights), sizeOf(output)),
      options,
    }),
  ),
  maxPool2d: random.pools.map(({ image, output, options }) => ({
    ...gradientOf([image], output, (x) => maxPool2d(x!, options)),
    draw: [distinct(), positive] satisfies Draw[],
    terms: sizeOf(options.kernel),
    options,
  })),
  averagePool2d: random.pools.map(({ image, output, options }) => ({
    ...gradientOf([image], output, (x) => averagePool2d(x!, options)),
    terms: sizeOf(options.kernel),
    options,
  })),
};

test.each(Object.entries(subjects))("%s", (_, arbitrary) =>
  fc.assert(fc.asyncProperty(arbitrary, fc.nat(), checkGradient), { numRuns: 15, seed: 2 }),
);
