/**
 * Exact confidence limits of a rate: Clopper & Pearson, "The use of confidence or fiducial limits illustrated
 * in the case of the binomial", Biometrika 26, 1934.
 */
import { crossing } from "./bisection.ts";
import { checkFraction } from "./fraction.ts";
import type { Interval } from "./metrics.ts";

/** Terms of a sum smaller than this fraction of the sum end it. */
const NEGLIGIBLE = 2 ** -60;

/**
 * Binomial distribution function P(X <= k), X ~ Binomial(n, p), 0 <= p <= 1. Sums the probabilities below and above k,
 * both relative to P(k), by P(j + 1) / P(j) = (n - j) / (j + 1) p / (1 - p). All terms are positive, so nothing
 * cancels: the relative error is below 1e-12 for n up to 1e6, in O(sqrt(n)) steps. Values below 1e-300 become 0.
 */
export const binomialTail = (k: number, n: number, p: number): number => {
  if (k < 0) return 0;
  if (k >= n) return 1;
  const odds = p / (1 - p);
  let [upToK, above] = [1, 0];
  for (let j = k, term = 1; j > 0 && term > NEGLIGIBLE * upToK; j--) upToK += term *= j / (n - j + 1) / odds;
  for (let j = k, term = 1; term > NEGLIGIBLE * above; j++) above += term *= ((n - j) / (j + 1)) * odds;
  // Either sum may overflow to infinity, which gives 1 or 0.
  return 1 / (1 + above / upToK);
};

/**
 * One-sided upper confidence limit of a rate, for `count` successes in `trials`: the largest rate p with P(X <= count)
 * >= 1 - confidence, X ~ Binomial(trials, p). 1 if count is trials. Throws ConfigError unless 0 < confidence < 1.
 */
export const upperRateLimit = (count: number, trials: number, confidence: number): number => {
  checkFraction("confidence", confidence);
  return count === trials ? 1 : crossing(0, 1, (p) => binomialTail(count, trials, p) > 1 - confidence)[1];
};

/**
 * One-sided lower confidence limit of a rate, for `count` successes in `trials`: the smallest rate p with P(X >= count)
 * >= 1 - confidence, X ~ Binomial(trials, p). 0 if count is 0. Throws ConfigError unless 0 < confidence < 1.
 */
export const lowerRateLimit = (count: number, trials: number, confidence: number): number => {
  checkFraction("confidence", confidence);
  return count === 0 ? 0 : crossing(0, 1, (p) => binomialTail(count - 1, trials, p) > confidence)[0];
};

/** Exact 95 % confidence interval of a rate, for `count` successes in `trials` >= 1: both limits at a confidence of 97.5 %. */
export const exactInterval = (count: number, trials: number): Interval => [
  lowerRateLimit(count, trials, 0.975),
  upperRateLimit(count, trials, 0.975),
];
