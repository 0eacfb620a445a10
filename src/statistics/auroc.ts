import { checkLabelled, type Labels, mistakes, type Probabilities, rowEntropy } from "./probabilities.ts";
import { tiesOf, unitCounts } from "./ties.ts";

/**
 * Area under the ROC curve of weighted scores: the probability that a positive scores higher than a negative,
 * with ties counting half (Hanley & McNeil, Radiology 143, 1982). scores: finite; positive: 1 or 0 for each
 * score. The returned function takes the number of times that each score counts; it returns null without a
 * positive or a negative.
 */
export const weightedAuroc = (
  scores: Float64Array,
  positive: Uint8Array,
): ((counts: ArrayLike<number>) => number | null) => {
  const { order, ends } = tiesOf(scores);
  return (counts) => {
    let [first, positives, negatives, pairs] = [0, 0, 0, 0];
    for (const end of ends) {
      let [own, others] = [0, 0];
      for (; first < end; first++) {
        const k = order[first]!;
        if (positive[k]) own += counts[k]!;
        else others += counts[k]!;
      }
      pairs += own * (negatives + others / 2);
      positives += own;
      negatives += others;
    }
    return positives === 0 || negatives === 0 ? null : pairs / (positives * negatives);
  };
};

/** Area under the ROC curve of scores that count once each; null without a positive or a negative. */
export const auroc = (scores: Float64Array, positive: Uint8Array): number | null =>
  weightedAuroc(scores, positive)(unitCounts(scores.length));

/**
 * Error detection by predictive entropy: AUROC with the misclassified images as positives. Null if all or
 * none are wrong. Arguments and errors as in metrics.ts.
 */
export const errorDetectionAuroc = (probabilities: Probabilities, labels: Labels): number | null => {
  const classes = checkLabelled(probabilities, labels);
  const entropies = Float64Array.from(labels, (_, i) => rowEntropy(probabilities, i * classes, classes));
  return auroc(entropies, mistakes(probabilities, labels));
};
