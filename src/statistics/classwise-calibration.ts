/**
 * Calibration of the probabilities of all classes, each class against the rest. The expected calibration error of
 * calibration.ts looks at the most probable class only.
 */
import { BINS, binnedAnswers, calibrationError } from "./calibration.ts";
import { equalMassBins } from "./equal-mass-bins.ts";
import { checkLabelled, type Labels, type Probabilities } from "./probabilities.ts";

/**
 * Class-wise calibration error, 0..1: mean over classes of the expected calibration error of the class's probability,
 * in 15 bins of equal width (Kull et al., "Beyond temperature scaling", NeurIPS 2019). Arguments and errors as in
 * metrics.ts.
 */
export const classwiseCalibrationError = (probabilities: Probabilities, labels: Labels): number =>
  meanOverClasses(probabilities, labels, (column, isLabel) =>
    calibrationError(binnedAnswers(column, isLabel)),
  );

/**
 * Adaptive calibration error, 0..1 (Nixon et al., "Measuring calibration in deep learning", CVPR workshops 2019): mean
 * over classes of sum_r (n_r / n) |frequency of the class in bin r - its mean probability there|, in 15 bins of equally
 * many images. The paper's weight 1 / 15 is n_r / n if 15 divides n. Images of equal probability share a bin.
 * Arguments and errors as in metrics.ts.
 */
export const adaptiveCalibrationError = (probabilities: Probabilities, labels: Labels): number =>
  meanOverClasses(probabilities, labels, (column, isLabel) => {
    const gaps = new Float64Array(BINS);
    for (const [i, bin] of equalMassBins(column, BINS).entries())
      gaps[bin]! += (Number(isLabel[i]) - column[i]!) / column.length;
    return gaps.reduce((sum, gap) => sum + Math.abs(gap), 0);
  });

/** Mean over classes of `measure`, which gets the probability of the class for each image, and where it is the label. */
const meanOverClasses = (
  probabilities: Probabilities,
  labels: Labels,
  measure: (column: Float64Array, isLabel: readonly boolean[]) => number,
): number => {
  const classes = checkLabelled(probabilities, labels);
  let total = 0;
  for (let c = 0; c < classes; c++)
    total += measure(
      Float64Array.from(labels, (_, i) => probabilities[i * classes + c]!),
      Array.from(labels, (label) => label === c),
    );
  return total / classes;
};
