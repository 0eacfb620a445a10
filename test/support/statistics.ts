/**
 * Hypothesis tests. Each function returns a p-value: the probability, under the hypothesis, of data at least
 * as extreme. A test at a fixed seed states the smallest p that it accepts, 1e-4 by default. Combine many
 * p-values with `worstP` or `fisherP`, so that the significance level stays that of one test.
 */
import { betaI, erfc, gammaQ } from "./special-functions.ts";

type Numbers = ArrayLike<number>;

const sum = (x: Numbers): number => {
  let total = 0;
  for (let i = 0; i < x.length; i++) total += x[i]!;
  return total;
};

export const mean = (x: Numbers): number => sum(x) / x.length;

/** Unbiased variance, divisor n - 1. */
export const variance = (x: Numbers): number => {
  const centre = mean(x);
  let squares = 0;
  for (let i = 0; i < x.length; i++) squares += (x[i]! - centre) ** 2;
  return squares / (x.length - 1);
};

/** Pearson's correlation coefficient. */
export const correlation = (x: Numbers, y: Numbers): number => {
  const [mx, my] = [mean(x), mean(y)];
  let [xx, yy, xy] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    xx += (x[i]! - mx) ** 2;
    yy += (y[i]! - my) ** 2;
    xy += (x[i]! - mx) * (y[i]! - my);
  }
  return xy / Math.sqrt(xx * yy);
};

/** Standard normal distribution function. */
export const normalCdf = (z: number): number => 0.5 * erfc(-z / Math.SQRT2);

/** Two-sided p-value of a standard normal statistic. */
export const normalP = (z: number): number => erfc(Math.abs(z) / Math.SQRT2);

/** p-value of no correlation for n pairs, by Fisher's transformation; n of a few hundred or more. */
export const correlationP = (r: number, n: number): number => normalP(Math.atanh(r) * Math.sqrt(n - 3));

/** Upper tail of the chi-square distribution. */
export const chiSquareTail = (statistic: number, degrees: number): number =>
  gammaQ(degrees / 2, statistic / 2);

/**
 * Pearson's chi-square test of counts against expected counts (each about 5 or more, same total). fitted:
 * number of parameters estimated from these counts; each costs a degree of freedom.
 */
export const chiSquareP = (observed: Numbers, expected: Numbers, fitted = 0): number => {
  let statistic = 0;
  for (let i = 0; i < observed.length; i++) statistic += (observed[i]! - expected[i]!) ** 2 / expected[i]!;
  return chiSquareTail(statistic, observed.length - 1 - fitted);
};

/** Chi-square test that two rows of counts come from one distribution; cells empty in both are left out. */
export const homogeneityP = (a: Numbers, b: Numbers): number => {
  const [na, nb] = [sum(a), sum(b)];
  let [statistic, cells] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    const both = a[i]! + b[i]!;
    if (both === 0) continue;
    cells++;
    statistic += (a[i]! * Math.sqrt(nb / na) - b[i]! * Math.sqrt(na / nb)) ** 2 / both;
  }
  return chiSquareTail(statistic, cells - 1);
};

/** z of a count of successes: (k - n p) / sqrt(n p (1 - p)); standard normal for large n p (1 - p). */
export const binomialZ = (successes: number, trials: number, p: number): number =>
  (successes - trials * p) / Math.sqrt(trials * p * (1 - p));

/** P(X >= successes), X binomial, exact: I_p(k, n - k + 1) (DLMF 8.17.5). */
export const binomialUpperP = (successes: number, trials: number, p: number): number =>
  successes <= 0 ? 1 : successes > trials ? 0 : betaI(p, successes, trials - successes + 1);

/** Two-sided p-value of a binomial count, exact: twice the smaller tail. */
export const binomialP = (successes: number, trials: number, p: number): number =>
  Math.min(
    1,
    2 * binomialUpperP(successes, trials, p),
    2 * binomialUpperP(trials - successes, trials, 1 - p),
  );

/**
 * Upper tail of Kolmogorov's distribution; below 1.18 by the theta-function form, where the usual series is
 * slow.
 */
export const kolmogorovTail = (x: number): number => {
  if (x <= 0) return 1;
  let total = 0;
  if (x < 1.18) {
    for (let k = 1; k <= 9; k += 2) total += Math.exp(-((k * Math.PI) ** 2) / (8 * x * x));
    return 1 - (Math.sqrt(2 * Math.PI) / x) * total;
  }
  for (let k = 1; k <= 8; k++) total += (k % 2 === 1 ? 2 : -2) * Math.exp(-2 * (k * x) ** 2);
  return total;
};

/** Upper tail of D at an effective sample size, with Stephens' (1970) correction for finite n. */
const ksTail = (distance: number, n: number): number =>
  kolmogorovTail((Math.sqrt(n) + 0.12 + 0.11 / Math.sqrt(n)) * distance);

/** Kolmogorov-Smirnov test of a sample against a continuous distribution function. */
export const ksP = (sample: Numbers, cdf: (x: number) => number): number => {
  const sorted = Float64Array.from(sample).sort();
  let distance = 0;
  for (let i = 0; i < sorted.length; i++) {
    const f = cdf(sorted[i]!);
    distance = Math.max(distance, f - i / sorted.length, (i + 1) / sorted.length - f);
  }
  return ksTail(distance, sorted.length);
};

/** Two-sample Kolmogorov-Smirnov test; conservative when values repeat. */
export const ksTwoSampleP = (a: Numbers, b: Numbers): number => {
  const [x, y] = [Float64Array.from(a).sort(), Float64Array.from(b).sort()];
  let [i, j, distance] = [0, 0, 0];
  while (i < x.length && j < y.length) {
    const value = Math.min(x[i]!, y[j]!);
    while (x[i]! <= value) i++;
    while (y[j]! <= value) j++;
    distance = Math.max(distance, Math.abs(i / x.length - j / y.length));
  }
  return ksTail(distance, (x.length * y.length) / (x.length + y.length));
};

/** Combines p-values, independent or not: Bonferroni's n min p, at most 1. */
export const worstP = (ps: readonly number[]): number => Math.min(1, ps.length * Math.min(...ps));

/** Combines independent p-values: Fisher's -2 sum log p, chi-square with 2n degrees of freedom. */
export const fisherP = (ps: readonly number[]): number =>
  chiSquareTail(-2 * ps.reduce((total, p) => total + Math.log(p), 0), 2 * ps.length);
