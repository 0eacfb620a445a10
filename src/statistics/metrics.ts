/**
 * How good class probabilities are, given the true labels.
 *
 * In every function `probabilities` is [images, classes] and `labels` holds the true class of each image. All throw
 * DataError for no image, lengths that do not match or a label that is no class, NumericError for a row that is no
 * distribution.
 */
import { errorDetectionAuroc } from "./auroc.ts";
import { expectedCalibrationError } from "./calibration.ts";
import { type Labels, meanScore, mistakes, type Probabilities } from "./probabilities.ts";

export interface Metrics {
  readonly images: number;
  /** Images whose likeliest class (the lowest one if several are) is not the label, in per cent. */
  readonly error: number;
  /** 95 % confidence interval of the error, in per cent. */
  readonly errorInterval: Interval;
  /** Negative log-likelihood, nats an image. */
  readonly nll: number;
  /** Brier score, 0..2. */
  readonly brier: number;
  /** Expected calibration error of 15 bins, 0..1. */
  readonly ece: number;
  /** Area under the ROC curve of finding the errors by predictive entropy; null if all or none are errors. */
  readonly auroc: number | null;
}

export type Interval = readonly [lower: number, upper: number];

/** All metrics. */
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

/** The 97.5 % quantile of the standard normal distribution. */
const Z = 1.959963984540054;

/**
 * 95 % confidence interval of a rate of which `count` of `trials` were seen: the rates r with
 * |count / trials - r| <= z sqrt(r (1 - r) / trials) (Wilson, JASA 22, 1927). trials >= 1.
 */
export const wilsonInterval = (count: number, trials: number): Interval => {
  const rate = count / trials;
  const spread = (Z * Z) / trials;
  const centre = (rate + spread / 2) / (1 + spread);
  const half = Math.sqrt(spread * (rate * (1 - rate) + spread / 4)) / (1 + spread);
  // At 0 and at all of the trials an end is exactly 0 or 1, which rounding may overstep.
  return [Math.max(0, centre - half), Math.min(1, centre + half)];
};

/** The least probability that counts in the log-likelihood: float32's smallest normal number, -87.3 nats. */
export const LEAST_PROBABILITY = 2 ** -126;

/** Mean of -log p(label), nats; a label given no probability counts as given LEAST_PROBABILITY. */
export const negativeLogLikelihood = (probabilities: Probabilities, labels: Labels): number =>
  meanScore(
    probabilities,
    labels,
    (start, _classes, label) => -Math.log(Math.max(LEAST_PROBABILITY, probabilities[start + label]!)),
  );

/** Mean over images of the sum over classes of (p_c - [c is the label])^2 (Brier, Monthly Weather Review 78, 1950). */
export const brierScore = (probabilities: Probabilities, labels: Labels): number =>
  meanScore(probabilities, labels, (start, classes, label) => {
    let squares = 0;
    for (let c = 0; c < classes; c++) squares += (probabilities[start + c]! - (c === label ? 1 : 0)) ** 2;
    return squares;
  });
