import { checkLabelled, type Labels, mistakes, type Probabilities, rowEntropy } from "./probabilities.ts";
import { once, tiesOf } from "./ties.ts";

/**
 * Area under the ROC curve: the probability that a positive scores higher than a negative, a tie counting half (Hanley &
 * McNeil, Radiology 143, 1982), of scores each of which counts as often as `times` says. Null without a positive or a
 * negative that counts. scores: finite; positive: 1 or 0 for each score.
 */
export const drawnAuroc = (
  scores: Float64Array,
  positive: Uint8Array,
): ((times: ArrayLike<number>) => number | null) => {
  const { order, ends } = tiesOf(scores);
  return (times) => {
    let [first, positives, negatives, pairs] = [0, 0, 0, 0];
    for (const end of ends) {
      let [own, others] = [0, 0];
      for (; first < end; first++) {
        const k = order[first]!;
        if (positive[k]) own += times[k]!;
        else others += times[k]!;
      }
      pairs += own * (negatives + others / 2);
      positives += own;
      negatives += others;
    }
    return positives === 0 || negatives === 0 ? null : pairs / (positives * negatives);
  };
};

/** The same of scores that count once each. */
export const auroc = (scores: Float64Array, positive: Uint8Array): number | null =>
  drawnAuroc(scores, positive)(once(scores.length));

/**
 * How well predictive entropy finds the errors: AUROC with the wrongly classified images as positives. Null if all or
 * none are wrong. Arguments and errors as in metrics.ts.
 */
export const errorDetectionAuroc = (probabilities: Probabilities, labels: Labels): number | null => {
  const classes = checkLabelled(probabilities, labels);
  const entropies = Float64Array.from(labels, (_, i) => rowEntropy(probabilities, i * classes, classes));
  return auroc(entropies, mistakes(probabilities, labels));
};
