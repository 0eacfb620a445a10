/**
 * The binary stochastic neuron: equations (1) to (3), its gradient, and pooling of its window. v, any real
 * number, is the argument of erf in (3); m = E(z) = erf(v) lies in [-1, 1].
 */
import { add, divide, erf, exp, multiply, square } from "../tensor/elementwise.ts";
import { pullback, withGradient } from "../tensor/gradient.ts";
import { equalParts, reshape } from "../tensor/layout.ts";
import { greater, greaterEqual, where } from "../tensor/select.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** Mean of a spike: E(z) = 2 P(z = 1) - 1 = erf(v), from (2). */
export const spikeMean = (v: Tensor): Tensor => erf(v);

/**
 * A sampled spike: z = +1 with probability (1 + m) / 2, else -1. `uniform` holds one number per unit, uniform
 * on (-1, 1). In the backward pass the derivative of the mean replaces that of the sample: dz/dv := dE(z)/dv
 * = 2/sqrt(pi) exp(-v^2).
 */
export const spike = (m: Tensor, uniform: Tensor): Tensor =>
  withGradient(where(greater(m, uniform), 1, -1), [m], (cotangent) => [cotangent]);

/**
 * The neuron without noise, z = sgn(v) with sgn(0) = +1, and the gradient of the noisy neuron: dz/dv :=
 * 2/sqrt(pi) exp(-v^2).
 */
export const hardSpike = (v: Tensor): Tensor =>
  withGradient(signOf(v), [v], (cotangent) => pullback([spikeMean(v)], [cotangent], [v]));

/** sgn(v), with sgn(0) = +1. */
export const signOf = (v: Tensor): Tensor => where(greaterEqual(v, 0), 1, -1);

/**
 * E(z) of max-pooled windows, each sampled as one unit. A window is silent if all its units are, so that
 * P(pool = 1) = 1 - prod_k (1 - P_k), where 1 - P_k = (1 + erf(-v_k)) / 2. `opposite`: -v, [batch, units *
 * channels, height, width], with the units of a window consecutive along axis 1. In the backward pass d prod
 * / d(-v_k) is the product divided by its k-th factor, times 2/sqrt(pi) exp(-v_k^2) / 2.
 */
export const pooledSpikeMean = (opposite: Tensor, units: number): Tensor => {
  const scale = units <= MAX_DOUBLED ? 1 : 0.5;
  const doubled = add(ABOVE_ONE, erf(opposite));
  const factors = scale === 1 ? doubled : multiply(scale, doubled);
  const silence = equalParts(factors, 1, units).reduce(multiply);
  const share = -2 / (2 * scale) ** units;
  const mean = add(1, multiply(share, silence));
  return withGradient(mean, [opposite], (cotangent) => {
    const slope = share * scale * (2 / Math.sqrt(Math.PI));
    const whole = multiply(multiply(slope, cotangent), silence);
    // Where exp(v^2) overflows, the quotient is 0, which is the correct limit.
    const others = multiply(factors, exp(square(opposite)));
    const [batch, channels, ...rest] = opposite.shape as [number, number, ...number[]];
    const split = [batch, units, channels / units, ...rest];
    const parts = divide(reshape(whole, split.with(1, 1)), reshape(others, split));
    return [reshape(parts, opposite.shape)];
  });
};

/**
 * Maximum number of factors 2 (1 - P_k) whose product cannot overflow. Up to it, the small product is halved
 * instead of the large factors.
 */
const MAX_DOUBLED = 64;

/** One, rounded up by one unit in the last place: no factor is 0, so that the product can be divided by it. */
const ABOVE_ONE = 1 + 2 ** -23;
