/**
 * Calibration of confidences: Guo, Pleiss, Sun & Weinberger, "On calibration of modern neural networks", ICML
 * 2017.
 */
import { checkLabelled, type Labels, likeliest, type Probabilities } from "./probabilities.ts";
import { unitCounts } from "./ties.ts";

/** Number of equal-width bins of the top class's probability, as in Guo et al. and most later work. */
export const BINS = 15;

/** A bin of the reliability diagram: the images whose confidence lies in (lower, upper]. */
export interface ReliabilityBin {
  readonly lower: number;
  readonly upper: number;
  readonly images: number;
  /** Mean probability of the top class; null in an empty bin. */
  readonly confidence: number | null;
  /** Fraction of images whose top class is the label; null in an empty bin. */
  readonly accuracy: number | null;
}

/** Reliability diagram: 15 bins from 0 to 1. Arguments and errors as in metrics.ts. */
export const reliabilityBins = (probabilities: Probabilities, labels: Labels): readonly ReliabilityBin[] => {
  const classes = checkLabelled(probabilities, labels);
  const answers = Array.from(labels, (_, i) => likeliest(probabilities, i * classes, classes));
  return binnedAnswers(
    answers.map((label, i) => probabilities[i * classes + label]!),
    answers.map((label, i) => label === labels[i]),
  );
};

/**
 * Reliability diagram of answers with confidences in 0..1, each right or wrong. `counts`: number of times that
 * each answer counts; default 1.
 */
export const binnedAnswers = (
  confidences: ArrayLike<number>,
  isRight: ArrayLike<boolean>,
  counts: ArrayLike<number> = unitCounts(confidences.length),
): readonly ReliabilityBin[] => {
  const sums = Array.from({ length: BINS }, () => ({ images: 0, confidence: 0, right: 0 }));
  for (let i = 0; i < confidences.length; i++) {
    const confidence = confidences[i]!;
    // A confidence that rounding left just above 1 belongs to the last bin.
    const bin = sums[Math.min(BINS, Math.max(1, Math.ceil(confidence * BINS))) - 1]!;
    bin.images += counts[i]!;
    bin.confidence += counts[i]! * confidence;
    if (isRight[i]) bin.right += counts[i]!;
  }
  return sums.map(({ images, confidence, right }, b) => ({
    lower: b / BINS,
    upper: (b + 1) / BINS,
    images,
    confidence: images === 0 ? null : confidence / images,
    accuracy: images === 0 ? null : right / images,
  }));
};

/**
 * Expected calibration error: sum over bins of (images in bin / images) |accuracy - confidence| (Guo et al., equation
 * 3), 0..1. Arguments and errors as in metrics.ts.
 */
export const expectedCalibrationError = (probabilities: Probabilities, labels: Labels): number =>
  calibrationError(reliabilityBins(probabilities, labels));

/** Expected calibration error of a reliability diagram. */
export const calibrationError = (bins: readonly ReliabilityBin[]): number => {
  const total = bins.reduce((sum, { images }) => sum + images, 0);
  return bins.reduce(
    (sum, { images, accuracy, confidence }) =>
      sum + (images / total) * Math.abs((accuracy ?? 0) - (confidence ?? 0)),
    0,
  );
};
