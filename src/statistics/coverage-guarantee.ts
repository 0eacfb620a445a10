/**
 * Distribution-free tolerance limits: Wilks, "Determination of sample sizes for setting tolerance limits", Annals of
 * Mathematical Statistics 12, 1941.
 */
import { DataError } from "../errors.ts";
import { firstInteger } from "./bisection.ts";
import { binomialTail } from "./clopper-pearson.ts";
import { checkFraction } from "./fraction.ts";

/** A threshold of the uncertainty; images at or below it are accepted. */
export interface CoverageThreshold {
  readonly threshold: number;
  /** Fraction of the held-out images that are accepted. */
  readonly coverage: number;
}

/**
 * Lowest order statistic of the held-out uncertainties such that, with probability `confidence` over the held-out
 * images, at least the fraction `cover` of new images lies at or below it.
 *
 * The k-th of n order statistics falls below the `cover` quantile of the distribution if at least k images do, which
 * has probability P(X >= k), X ~ Binomial(n, cover), or less if uncertainties can be equal. The rank is the smallest k
 * with P(X >= k) <= 1 - confidence.
 *
 * Throws DataError for NaN and for too few images, n < log(1 - confidence) / log(cover), and ConfigError unless 0 <
 * cover < 1 and 0 < confidence < 1.
 */
export const coverageGuarantee = (
  uncertainty: Float64Array,
  cover: number,
  confidence = 0.95,
): CoverageThreshold => {
  checkFraction("cover", cover);
  checkFraction("confidence", confidence);
  const images = uncertainty.length;
  const needed = Math.ceil(Math.log(1 - confidence) / Math.log(cover));
  if (images < needed || uncertainty.some(Number.isNaN))
    throw new DataError("coverage with a guarantee", {
      given: images < needed ? `${images} held-out images` : "an uncertainty of NaN",
      expected: `at least ${needed} numbers for a cover of ${cover} at confidence ${confidence}`,
      remedy: "Hold out more images, choose a lower cover or confidence, and pass finite uncertainties.",
    });
  const threshold = uncertainty.toSorted()[toleranceRank(images, cover, confidence) - 1]!;
  const accepted = uncertainty.reduce((count, value) => count + (value <= threshold ? 1 : 0), 0);
  return { threshold, coverage: accepted / images };
};

/** Smallest k in 1..n with P(X <= k - 1) >= confidence, X ~ Binomial(n, cover), by bisection; n if there is none. */
const toleranceRank = (n: number, cover: number, confidence: number): number =>
  firstInteger(1, n, (k) => binomialTail(k - 1, n, cover) >= confidence);
