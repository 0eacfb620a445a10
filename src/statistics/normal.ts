/** The standard normal distribution in float64. */
import { crossing } from "./bisection.ts";

/** Coefficients of the numerator and the denominator, highest power first. */
const NUMERATOR = [
  3.52624965998911e-2, 0.700383064443688, 6.37396220353165, 33.912866078383, 112.079291497871,
  221.213596169931, 220.206867912376,
];
const DENOMINATOR = [
  8.83883476483184e-2, 1.75566716318264, 16.064177579207, 86.7807322029461, 296.564248779674,
  637.333633378831, 793.826512519948, 440.413735824752,
];

const horner = (coefficients: readonly number[], x: number): number =>
  coefficients.reduce((sum, c) => sum * x + c, 0);

/**
 * Distribution function P(n <= x): J. F. Hart et al., "Computer Approximations", 1968, algorithm 5666, with the continued
 * fraction of the tail beyond 7.07, as G. West gives it ("Better approximations to cumulative normal functions",
 * Wilmott, 2005). The absolute error is below 1e-14, the relative error of the lower tail below 1e-6.
 */
export const normalCdf = (x: number): number => {
  const upper = upperTail(Math.abs(x));
  return x > 0 ? 1 - upper : upper;
};

/** P(n > x) for x >= 0. */
const upperTail = (x: number): number => {
  const density = Math.exp(-(x ** 2) / 2);
  if (x < 7.07106781186547) return (density * horner(NUMERATOR, x)) / horner(DENOMINATOR, x);
  const fraction = x + 1 / (x + 2 / (x + 3 / (x + 4 / (x + 0.65))));
  return density / fraction / Math.sqrt(2 * Math.PI);
};

/** The error function, erf(x) = P(|n| <= sqrt(2) x) for x >= 0, odd. The absolute error is below 2e-14. */
export const erf = (x: number): number => 1 - 2 * normalCdf(-Math.SQRT2 * x);

/** Beyond this, the tails are less than the smallest number. */
const END = 39;

/** The x with P(n <= x) = p, for p in [0, 1]; infinite at 0 and 1. Exact to the rounding of `normalCdf`. */
export const normalQuantile = (p: number): number => {
  if (p <= 0 || p >= 1) return p <= 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  // Numbers near 0 are finer than those near 1.
  return p > 0.5 ? -normalQuantile(1 - p) : crossing(-END, 0, (x) => normalCdf(x) < p)[0];
};
