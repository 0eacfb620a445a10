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

/** Successive pairs of passes of devices with one share of transmissions m, 0 < m < 1, in records of one number of passes. */
export interface Pairs {
  readonly p: number;
  readonly reads: number;
  readonly count: number;
}

/** Numbers of passes are told apart to this share: each takes a sum over its lags. */
const ALIKE = 1.05;

/**
 * The r in [0, `most`] of pairs of passes whose products (x - m) (x' - m) have the sum `products`; x and x' are 1 for a device
 * that transmits, else 0, m is its mean over its n passes. As m varies with the passes, by v of the variance of one,
 * E[m (1 - m)] = (1 - v) p (1 - p), and E[(x - m) (x' - m)] = (c - v) p (1 - p) for each pair:
 *
 *     sum_m pairs(m) m (1 - m) (c(m, r) - v(n, r)) / (1 - v(n, r)) = products,   c: switchingCorrelation
 *
 * `most` where no lower r gives so much.
 */
export const processCorrelation = (pairs: readonly Pairs[], products: number, most = 1): number => {
  const lengths = new Map<number, Pairs[]>();
  for (const each of pairs) {
    const length = Math.round(Math.log(each.reads) / Math.log(ALIKE));
    const group = lengths.get(length);
    if (group) group.push(each);
    else lengths.set(length, [each]);
  }
  const groups = [...lengths.values()].map((group) => {
    const weights = mergedByMean(group);
    const weight = weights.reduce((sum, [, own]) => sum + own, 0);
    const meanOf = (value: (of: Pairs) => number): number =>
      group.reduce((sum, each) => sum + weightOf(each) * value(each), 0) / weight;
    return { weights, weight, p: meanOf(({ p }) => p), reads: meanOf(({ reads }) => reads) };
  });
  const expected = (r: number): number =>
    groups.reduce((sum, { weights, weight, p, reads }) => {
      const v = varianceOfMean(p, r, reads);
      const correlated = weights.reduce((part, [m, own]) => part + own * switchingCorrelation(m, r), 0);
      return sum + (correlated - weight * v) / (1 - v);
    }, 0);
  return crossing(0, most, (r) => expected(r) < products)[0];
};

const weightOf = ({ p, count }: Pairs): number => count * p * (1 - p);

/** Weights by m: devices of one m are one term. */
const mergedByMean = (group: readonly Pairs[]): readonly (readonly [m: number, weight: number])[] => {
  const weights = new Map<number, number>();
  for (const each of group) weights.set(each.p, (weights.get(each.p) ?? 0) + weightOf(each));
  return [...weights];
};
