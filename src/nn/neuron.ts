/**
 * The binary stochastic neuron: equations (1) to (3), its gradient, and its pooled window.
 * v is the argument of erf in (3); it may be any real number. m = E(z) = erf(v) lies in [-1, 1].
 */
import { add, divide, erf, multiply } from "../tensor/elementwise.ts";
import { withGradient } from "../tensor/gradient.ts";
import { reshape, slice } from "../tensor/layout.ts";
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
  const doubled = add(ABOVE_ONE, erf(opposite));
  return units <= MOST_DOUBLED
    ? add(1, multiply(-(2 ** (1 - units)), product(doubled, units)))
    : add(1, multiply(-2, product(multiply(0.5, doubled), units)));
};

/** Up to so many factors 2 (1 - P_k) the halving waits for the product, which is smaller, without overflow. */
const MOST_DOUBLED = 64;

/** 1 and its rounding: so that no factor is 0, and the product can be divided by it. */
const ABOVE_ONE = 1 + 2 ** -23;

/** Product of the `count` equal parts of axis 1, none of them 0: its derivative is the product over the part. */
const product = (x: Tensor, count: number): Tensor => {
  const size = x.shape[1]! / count;
  const parts = Array.from({ length: count }, (_, k) =>
    slice(
      x,
      x.shape.map((_size, axis) => (axis === 1 ? k * size : 0)),
      x.shape.map((extent, axis) => (axis === 1 ? (k + 1) * size : extent)),
    ),
  );
  const value = parts.reduce(multiply);
  const [batch, , ...rest] = x.shape as [number, number, ...number[]];
  return withGradient(value, [x], (cotangent) => {
    const whole = reshape(multiply(cotangent, value), [batch, 1, size, ...rest]);
    return [reshape(divide(whole, reshape(x, [batch, count, size, ...rest])), x.shape)];
  });
};
