/**
 * The binary stochastic neuron: equations (1) to (3), its gradient, and its pooled window.
 * v is the argument of erf in (3); it may be any real number. m = E(z) = erf(v) lies in [-1, 1].
 */
import { add, erf, multiply, subtract } from "../tensor/elementwise.ts";
import { withGradient } from "../tensor/gradient.ts";
import { concat, slice } from "../tensor/layout.ts";
import { greater, where } from "../tensor/select.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** E(z) = 2 P(z = 1) - 1 = erf(v), from (2). */
export const spikeMean = (v: Tensor): Tensor => erf(v);

/**
 * z = +1 with probability (1 + m) / 2, else -1: `uniform` holds one number a unit, uniform on (-1, 1).
 * Backward, the derivative of the mean stands for that of the sample: dz/dv := dE(z)/dv = 2/sqrt(pi) exp(-v^2).
 */
export const spike = (m: Tensor, uniform: Tensor): Tensor =>
  withGradient(where(greater(m, uniform), 1, -1), [m], (cotangent) => [cotangent]);

/**
 * E(z) of max-pooled windows, each sampled as one unit: it is silent when all of its units are, so
 * P(pool = 1) = 1 - prod_k (1 - P_k), where 1 - P_k = (1 + erf(-v_k)) / 2.
 * `opposite`: -v, [batch, units * channels, height, width], the units of a window one behind the other along axis 1.
 */
export const pooledSpikeMean = (opposite: Tensor, units: number): Tensor => {
  const silence = product(add(1, erf(opposite)), units);
  return subtract(1, multiply(2 ** (1 - units), silence));
};

/** Product of the `count` equal parts of axis 1. */
const product = (x: Tensor, count: number): Tensor => {
  const size = x.shape[1]! / count;
  const parts = Array.from({ length: count }, (_, k) =>
    slice(
      x,
      x.shape.map((_size, axis) => (axis === 1 ? k * size : 0)),
      x.shape.map((extent, axis) => (axis === 1 ? (k + 1) * size : extent)),
    ),
  );
  return withGradient(parts.reduce(multiply), [x], (cotangent) => [concat(leaveOneOut(parts, cotangent), 1)]);
};

/** For each k: `factor` times the product of all parts but the k-th, without a division. */
const leaveOneOut = (parts: readonly Tensor[], factor: Tensor): readonly Tensor[] => {
  const before = [factor];
  for (const part of parts.slice(0, -1)) before.push(multiply(before.at(-1)!, part));
  let behind: Tensor | undefined;
  const results: Tensor[] = [];
  for (let k = parts.length - 1; k >= 0; k--) {
    results.unshift(behind ? multiply(before[k]!, behind) : before[k]!);
    behind = behind ? multiply(parts[k]!, behind) : parts[k]!;
  }
  return results;
};
