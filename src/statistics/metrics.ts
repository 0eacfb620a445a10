/**
 * Scores of class probabilities, given the true labels.
 *
 * In every function `probabilities` is [images, classes] and `labels` holds the true class of each image. All
 * throw DataError for no images, mismatched lengths and labels that are no class, and NumericError for a row
 * that is not a distribution.
 */
import { errorDetectionAuroc } from "./auroc.ts";
import { expectedCalibrationError } from "./calibration.ts";
import { type Labels, meanScore, mistakes, type Probabilities } from "./probabilities.ts";

/** Scores of a set of predictions. */
export interface Metrics {
  readonly images: number;
  /** Classification error in per cent. The predicted class is the most probable one, the lowest on a tie. */
  readonly error: number;
  /** 95 % confidence interval of the error, in per cent. */
  readonly errorInterval: Interval;
  /** Negative log-likelihood, nats per image. */
  readonly nll: number;
  /** Brier score, 0..2. */
  readonly brier: number;
  /** Expected calibration error of 15 bins, 0..1. */
  readonly ece: number;
  /** AUROC of detecting errors by predictive entropy; null if all or none are errors. */
  readonly auroc: number | null;
}

/** Limits of a confidence interval. */
export type Interval = readonly [lower: number, upper: number];

/** All metrics of a set of predictions. */
export const metrics = (probabilities: Probabilities, labels: Labels): Metrics => {
  const wrong = mistakes(probabilities, labels).reduce((count, mistake) => count + mistake, 0);
  const [lower, upper] = wilsonInterval(wrong, labels.length);
  return {
    images: labels.length,
    error: (100 * wrong) / labels.length,
    errorInterval: [100 * lower, 100 * upper],
    nll: negativeLogLikelihood(probabilities, labels),
    brier: brierScore(probabilities, labels),
    ece: expectedCalibrationError(probabilities, labels),
    auroc: errorDetectionAuroc(probabilities, labels),
  };
};

/** 97.5 % quantile of the standard normal distribution. */
const Z = 1.959963984540054;

/**
 * Wilson's 95 % confidence interval of a rate, for `count` successes in `trials` >= 1: the rates r with
 * |count / trials - r| <= z sqrt(r (1 - r) / trials) (Wilson, JASA 22, 1927).
 */
export const wilsonInterval = (count: number, trials: number): Interval => {
  const rate = count / trials;
  const spread = (Z * Z) / trials;
  const centre = (rate + spread / 2) / (1 + spread);
  const half = Math.sqrt(spread * (rate * (1 - rate) + spread / 4)) / (1 + spread);
  // If count is 0 or trials, one end is exactly 0 or 1; rounding may exceed it.
  return [Math.max(0, centre - half), Math.min(1, centre + half)];
};

/** Lower limit of probabilities in the log-likelihood: float32's smallest normal number, 2^-126, or 87.3 nats. */
export const MIN_PROBABILITY = 2 ** -126;

/** Mean of -log p(label) in nats; probabilities below MIN_PROBABILITY count as MIN_PROBABILITY. */
export const negativeLogLikelihood = (probabilities: Probabilities, labels: Labels): number =>
  meanScore(
    probabilities,
    labels,
    (start, _classes, label) => -Math.log(Math.max(MIN_PROBABILITY, probabilities[start + label]!)),
  );

/**
 * Brier score: mean over images of the sum over classes of (p_c - [c is the label])^2 (Brier, Monthly Weather
 * Review 78, 1950).
 */
export const brierScore = (probabilities: Probabilities, labels: Labels): number =>
  meanScore(probabilities, labels, (start, classes, label) => {
    let squares = 0;
    for (let c = 0; c < classes; c++) squares += (probabilities[start + c]! - (c === label ? 1 : 0)) ** 2;
    return squares;
  });
