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

/** All lags up to the first number are taken; beyond it, they grow by the second, a share. */
const [EVERY_LAG, LAG_GROWTH] = [128, 1 / 32];

/** Lags from 1 to `last`, thinned out where there are many. */
function* lagsTo(last: number): Generator<number> {
  let lag = 1;
  for (; lag < last; lag += lag < EVERY_LAG ? 1 : Math.floor(lag * LAG_GROWTH)) yield lag;
  yield last;
}

/**
 * Variance of the mean of n = `reads` successive passes, at least 2, relative to that of one: v = (1 + 2 sum_k (1 - k / n)
 * c(r^k)) / n, k from 1 to n - 1, with the correlation c of switching, taken as linear between lags.
 */
export const varianceOfMean = (p: number, r: number, reads: number): number => {
  let [sum, at, before] = [0, 0, 1];
  for (const lag of lagsTo(reads - 1)) {
    const term = (1 - lag / reads) * switchingCorrelation(p, r ** lag);
    sum += ((lag - at) * (term + before)) / 2 + (term - before) / 2;
    if (term < 1e-9) break;
    [at, before] = [lag, term];
  }
  return (1 + 2 * sum) / reads;
};

/**
 * The r in [0, 1) of pairs of successive passes whose products (x - m) (x' - m) have the sum `products`; x and x' are 1 for
 * a device that transmits, else 0, m is its mean over `reads` passes, and p in `pairs` is that mean. As m varies with the
 * passes, by v of the variance of one, E[m (1 - m)] = (1 - v) p (1 - p) and E[products] = (c - v) p (1 - p) for each pair:
 *
 *     sum_m pairs(m) m (1 - m) (c(m, r) - v(r)) / (1 - v(r)) = products,   c: switchingCorrelation
 */
export const processCorrelation = (pairs: Pairs, products: number, reads: number): number => {
  const weights = [...pairs].map(([p, count]) => [p, count * p * (1 - p)] as const);
  const weight = weights.reduce((sum, [, own]) => sum + own, 0);
  const centre = weights.reduce((sum, [p, own]) => sum + own * p, 0) / weight;
  const expected = (r: number): number => {
    const v = varianceOfMean(centre, r, reads);
    const correlated = weights.reduce((sum, [p, own]) => sum + own * switchingCorrelation(p, r), 0);
    return (correlated - weight * v) / (1 - v);
  };
  return crossing(0, 1, (r) => expected(r) < products)[0];
};
