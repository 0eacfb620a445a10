/**
 * Selective prediction with a guaranteed error rate: a threshold of the uncertainty, chosen on held-out images, below
 * which the error rate on new images is at most `risk`, with probability `confidence` over the held-out images
 * (Geifman & El-Yaniv, NeurIPS 2017; Angelopoulos, Bates, Candes, Jordan & Lei, "Learn then test", 2021).
 *
 * The m candidate thresholds are order statistics of the n held-out uncertainties, at ranks fixed in advance. Given
 * the value t of one of them and the number a of images strictly below t, these images are independent draws from
 * the distribution of images with uncertainty below t, also if uncertainties are equal. Their number of errors is
 * therefore Binomial(a, R(t)), where R(t) is the error rate of new images below t, and the Clopper-Pearson upper limit
 * at confidence 1 - (1 - confidence) / m fails with probability at most (1 - confidence) / m. By Bonferroni's
 * inequality all m limits hold at once with probability `confidence`, so any of them may be chosen after looking.
 */
import { DataError } from "../errors.ts";
import { grouped, percent } from "../grouped.ts";
import { upperRateLimit } from "./clopper-pearson.ts";
import { checkFraction } from "./fraction.ts";

/** Fractions of the held-out images below the candidate thresholds. Fixed: choosing them by the data voids the proof. */
const COVERAGES = [
  ...[1, 0.99, 0.98, 0.97, 0.96, 0.95, 0.94, 0.92, 0.9, 0.875],
  ...[0.85, 0.8, 0.75, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1],
];

/** A threshold of the uncertainty; images strictly below it are answered. */
export interface SelectiveThreshold {
  /** +Infinity answers every image. */
  readonly threshold: number;
  /** Fraction of the held-out images that are answered. */
  readonly coverage: number;
  /** Number of held-out images that are answered, and of errors among them. */
  readonly answered: number;
  readonly errors: number;
  /** Upper confidence limit of the error rate of answered new images, 0..1. All thresholds' limits hold jointly. */
  readonly limit: number;
}

/**
 * Candidate thresholds in order of falling coverage, with limits of their error rates that hold jointly at
 * `confidence`. uncertainty: one number per held-out image, lower is more certain, +Infinity is never answered; wrong:
 * 1 for an error, else 0. Throws DataError for no images, different lengths, NaN, or a `wrong` other than 0 and 1, and
 * ConfigError unless 0 < confidence < 1.
 */
export const selectiveThresholds = (
  uncertainty: Float64Array,
  wrong: Uint8Array,
  confidence = 0.95,
): readonly SelectiveThreshold[] => {
  checkFraction("confidence", confidence);
  checkImages(uncertainty, wrong);
  const images = wrong.length;
  const sorted = uncertainty.toSorted();
  return COVERAGES.map((share) => {
    const threshold = share === 1 ? Number.POSITIVE_INFINITY : sorted[Math.floor(share * images)]!;
    let [answered, errors] = [0, 0];
    for (let i = 0; i < images; i++)
      if (uncertainty[i]! < threshold) {
        answered++;
        errors += wrong[i]!;
      }
    const limit = upperRateLimit(errors, answered, 1 - (1 - confidence) / COVERAGES.length);
    return { threshold, coverage: answered / images, answered, errors, limit };
  });
};

/**
 * Threshold of the largest coverage whose error limit is at most `risk`. Arguments and errors as for
 * `selectiveThresholds`; also throws ConfigError unless 0 < risk < 1, and DataError if there are too few images for
 * any risk limit this low or no threshold is accepted.
 */
export const selectiveGuarantee = (
  uncertainty: Float64Array,
  wrong: Uint8Array,
  risk: number,
  confidence = 0.95,
): SelectiveThreshold => {
  checkFraction("risk", risk);
  checkFraction("confidence", confidence);
  const needed = imagesForGuarantee(risk, confidence);
  if (wrong.length < needed)
    throw new DataError("selective prediction with a guarantee", {
      given: `${wrong.length} held-out images`,
      expected: `at least ${grouped(needed)} for an error of ${percent(risk)} at a confidence of ${confidence}`,
      remedy: "Hold out more images, or choose a higher risk or a lower confidence.",
    });
  const candidates = selectiveThresholds(uncertainty, wrong, confidence);
  const accepted = candidates.find(({ limit }) => limit <= risk);
  if (accepted) return accepted;
  const best = candidates.reduce((least, candidate) => (candidate.limit < least.limit ? candidate : least));
  throw new DataError("selective prediction with a guarantee", {
    given: `an error of at most ${percent(risk)} among the answers`,
    expected: `at least ${percent(Math.ceil(1e5 * best.limit) / 1e5)}, the best that these images let promise, with ${percent(best.coverage)} of them answered`,
    remedy: "Choose a higher risk or a lower confidence, hold out more images, or improve the network.",
  });
};

/** Fewest answered images by which a risk can be guaranteed: without errors the limit is 1 - ((1 - confidence) / m)^(1 / n). */
export const imagesForGuarantee = (risk: number, confidence: number): number =>
  Math.ceil(Math.log((1 - confidence) / COVERAGES.length) / Math.log1p(-risk));

const checkImages = (uncertainty: Float64Array, wrong: Uint8Array): void => {
  const given =
    wrong.length === 0 || uncertainty.length !== wrong.length
      ? `${uncertainty.length} uncertainties for ${wrong.length} images`
      : uncertainty.some(Number.isNaN)
        ? "an uncertainty of NaN"
        : wrong.some((value) => value > 1)
          ? "a correctness other than 0 and 1"
          : null;
  if (given === null) return;
  throw new DataError("selective prediction with a guarantee", {
    given,
    expected: "one number, and 0 or 1, for each of at least one image",
    remedy: "Pass the uncertainty and the correctness of the same images.",
  });
};
