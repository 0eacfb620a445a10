/**
 * Correlation of a switch with itself, from that of the Ornstein-Uhlenbeck process behind it. For two normal numbers of
 * correlation r, with q = Phi^-1(p),
 *
 *     P(both < q) - p^2 = 1 / (2 pi) int_0^asin(r) exp(-q^2 / (1 + sin t)) dt
 *
 * R. L. Plackett, "A reduction formula for normal multivariate integrals", Biometrika 41, 1954. Divided by p (1 - p) it is
 * the correlation of switching; (2 / pi) asin(r) at p = 1/2.
 */
import { crossing } from "../../statistics/bisection.ts";
import { normalQuantile } from "../../statistics/normal.ts";

/** Intervals of Simpson's rule; the integrand is smooth. */
const INTERVALS = 128;

/** Correlation of two passes of a device that transmits with the probability p, 0 < p < 1; r in [0, 1]. */
export const switchingCorrelation = (p: number, r: number): number => {
  const square = normalQuantile(p) ** 2;
  const step = Math.asin(r) / INTERVALS;
  let sum = 0;
  for (let k = 0; k <= INTERVALS; k++) {
    const weight = k === 0 || k === INTERVALS ? 1 : k % 2 === 1 ? 4 : 2;
    sum += weight * Math.exp(-square / (1 + Math.sin(k * step)));
  }
  return ((sum * step) / 3 / (2 * Math.PI)) * (1 / (p * (1 - p)));
};

/** Number of pairs of passes by the probability of the devices they are from, 0 < p < 1. */
export type Pairs = ReadonlyMap<number, number>;

/**
 * The r in [0, 1) of pairs of passes whose products (x - p) (x' - p) have the sum `products`, x and x' being 1 for a device
 * that transmits, else 0: the solution of
 *
 *     sum_p pairs(p) p (1 - p) switchingCorrelation(p, r) = products
 */
export const processCorrelation = (pairs: Pairs, products: number): number => {
  const expected = (r: number): number =>
    [...pairs].reduce((sum, [p, count]) => sum + count * p * (1 - p) * switchingCorrelation(p, r), 0);
  return crossing(0, 1, (r) => expected(r) < products)[0];
};
