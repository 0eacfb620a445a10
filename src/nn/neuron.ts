/**
 * The binary stochastic neuron: equations (1) to (3), its gradient, and its pooled window.
 * v is the argument of erf in (3); it may be any real number. m = E(z) = erf(v) lies in [-1, 1].
 */
import { add, divide, erf, exp, multiply, square } from "../tensor/elementwise.ts";
import { pullback, withGradient } from "../tensor/gradient.ts";
import { equalParts, reshape } from "../tensor/layout.ts";
import { greater, greaterEqual, where } from "../tensor/select.ts";
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
 * The neuron without its noise, z = sgn(v), sgn(0) = +1, trained by the noisy neuron's gradient: dz/dv := 2/sqrt(pi)
 * exp(-v^2).
 */
export const hardSpike = (v: Tensor): Tensor =>
  withGradient(signOf(v), [v], (cotangent) => pullback([spikeMean(v)], [cotangent], [v]));

/** sgn(v), sgn(0) = +1. */
export const signOf = (v: Tensor): Tensor => where(greaterEqual(v, 0), 1, -1);

/**
 * E(z) of max-pooled windows, each sampled as one unit: it is silent when all of its units are, so
 * P(pool = 1) = 1 - prod_k (1 - P_k), where 1 - P_k = (1 + erf(-v_k)) / 2.
 * `opposite`: -v, [batch, units * channels, height, width], the units of a window one behind the other along axis 1.
 * Backward, d prod / d(-v_k) is the product over its k-th factor, times 2/sqrt(pi) exp(-v_k^2) / 2.
 */
export const pooledSpikeMean = (opposite: Tensor, units: number): Tensor => {
  const scale = units <= MOST_DOUBLED ? 1 : 0.5;
  const doubled = add(ABOVE_ONE, erf(opposite));
  const factors = scale === 1 ? doubled : multiply(scale, doubled);
  const silence = equalParts(factors, 1, units).reduce(multiply);
  const share = -2 / (2 * scale) ** units;
  const mean = add(1, multiply(share, silence));
  return withGradient(mean, [opposite], (cotangent) => {
    const slope = share * scale * (2 / Math.sqrt(Math.PI));
    const whole = multiply(multiply(slope, cotangent), silence);
    // Where exp(v^2) is too large for a number the quotient is 0, as it should be.
    const others = multiply(factors, exp(square(opposite)));
    const [batch, channels, ...rest] = opposite.shape as [number, number, ...number[]];
    const split = [batch, units, channels / units, ...rest];
    const parts = divide(reshape(whole, split.with(1, 1)), reshape(others, split));
    return [reshape(parts, opposite.shape)];
  });
};

/** Up to so many factors 2 (1 - P_k) the halving waits for the product, which is smaller, without overflow. */
const MOST_DOUBLED = 64;

/** 1 and its rounding: so that no factor is 0, and the product can be divided by it. */
const ABOVE_ONE = 1 + 2 ** -23;
