import { checkLabelled, type Labels, mistakes, type Probabilities, rowEntropy } from "./probabilities.ts";

/** Ranks 1..n of the scores; equal scores share the mean of their ranks. */
const midranks = (scores: Float64Array): Float64Array => {
  const order = Uint32Array.from(scores, (_, i) => i).sort((a, b) => scores[a]! - scores[b]!);
  const ranks = new Float64Array(scores.length);
  for (let first = 0; first < order.length; ) {
    let end = first;
    while (end < order.length && scores[order[end]!] === scores[order[first]!]) end++;
    for (let i = first; i < end; i++) ranks[order[i]!] = (first + 1 + end) / 2;
    first = end;
  }
  return ranks;
};

/**
 * Area under the ROC curve: the probability that a positive scores higher than a negative, a tie counting half, from
 * the rank sum of the positives (Hanley & McNeil, Radiology 143, 1982). Null without a positive or a negative.
 * scores: finite; positive: 1 or 0 for each score.
 */
export const auroc = (scores: Float64Array, positive: Uint8Array): number | null => {
  const positives = positive.reduce((count, p) => count + p, 0);
  const negatives = positive.length - positives;
  if (positives === 0 || negatives === 0) return null;
  const rankSum = midranks(scores).reduce((sum, rank, i) => sum + rank * positive[i]!, 0);
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
};

/**
 * How well predictive entropy finds the errors: AUROC with the wrongly classified images as positives. Null if all or
 * none are wrong. Arguments and errors as in metrics.ts.
 */
export const errorDetectionAuroc = (probabilities: Probabilities, labels: Labels): number | null => {
  const classes = checkLabelled(probabilities, labels);
  const entropies = Float64Array.from(labels, (_, i) => rowEntropy(probabilities, i * classes, classes));
  return auroc(entropies, mistakes(probabilities, labels));
};
