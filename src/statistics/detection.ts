/**
 * Out-of-distribution detection by a score: OOD images are the positives, in-distribution images the
 * negatives (Hendrycks & Gimpel, ICLR 2017). Positives should score higher.
 */
import { DataError } from "../errors.ts";
import { auroc } from "./auroc.ts";
import { tiesOf } from "./ties.ts";

/** Scores of out-of-distribution detection, each 0..1. */
export interface Detection {
  /**
   * Area under the ROC curve: the probability that a positive scores higher than a negative, with ties
   * counting half.
   */
  readonly auroc: number;
  /** Average precision: the area under the precision-recall curve. */
  readonly aupr: number;
  /** Fraction of positives accepted as in-distribution at the threshold that accepts 95 % of the negatives. */
  readonly fpr95: number;
}

/** Detection scores. Throws DataError without a positive, without a negative, and for a NaN score. */
export const detection = (negatives: Float64Array, positives: Float64Array): Detection => {
  check("negatives", negatives);
  check("positives", positives);
  const scores = new Float64Array(negatives.length + positives.length);
  scores.set(negatives);
  scores.set(positives, negatives.length);
  const isPositive = new Uint8Array(scores.length).fill(1, negatives.length);
  return {
    auroc: auroc(scores, isPositive)!,
    aupr: averagePrecision(scores, isPositive),
    fpr95: falsePositiveRate95(negatives, positives),
  };
};

const check = (what: string, scores: Float64Array): void => {
  if (scores.length > 0 && !scores.some(Number.isNaN)) return;
  throw new DataError(`detection, scores of the ${what}`, {
    given: scores.length === 0 ? "none" : "NaN among them",
    expected: "at least one, all of them numbers",
    remedy: "Score both in-distribution and out-of-distribution images.",
  });
};

/**
 * Average precision: sum over thresholds of (increase of recall) x precision, with a step at each distinct
 * score. No interpolation, which is optimistic (Davis & Goadrich, ICML 2006). Requires a positive.
 */
const averagePrecision = (scores: Float64Array, isPositive: Uint8Array): number => {
  const { order, ends } = tiesOf(scores);
  let [found, total, end] = [0, 0, order.length];
  for (const first of [0, ...ends.slice(0, -1)].reverse()) {
    const own = order.subarray(first, end).reduce((sum, k) => sum + isPositive[k]!, 0);
    found += own;
    total += own * (found / (order.length - first));
    end = first;
  }
  return total / found;
};

const ACCEPTED = 0.95;

/**
 * False positive rate at the lowest threshold that accepts 95 % of the negatives; scores up to it are
 * accepted.
 */
const falsePositiveRate95 = (negatives: Float64Array, positives: Float64Array): number => {
  const threshold = negatives.toSorted()[Math.ceil(ACCEPTED * negatives.length) - 1]!;
  return positives.filter((score) => score <= threshold).length / positives.length;
};
