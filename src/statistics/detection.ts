/**
 * How well a score tells images of another kind, the positives, from those of the training's kind, the negatives: the
 * measures of Hendrycks & Gimpel, ICLR 2017. Positives should score higher.
 */
import { DataError } from "../errors.ts";
import { auroc } from "./auroc.ts";
import { tiesOf } from "./ties.ts";

export interface Detection {
  /** The probability that a positive scores higher than a negative, a tie counting half. */
  readonly auroc: number;
  /** The mean precision over the positives' recall: average precision. */
  readonly aupr: number;
  /** The part of the positives that is let through where 95 % of the negatives are. */
  readonly fpr95: number;
}

/** Throws DataError without a positive, without a negative, and for a score that is NaN. */
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
    remedy: "Score images of both kinds.",
  });
};

/**
 * sum over thresholds of (recall - recall before) x precision, a step at each score that occurs: no interpolation, which
 * flatters (Davis & Goadrich, ICML 2006). There is a positive.
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

/** Accepts what scores at most as high as the least threshold that accepts 95 % of the negatives. */
const falsePositiveRate95 = (negatives: Float64Array, positives: Float64Array): number => {
  const threshold = negatives.toSorted()[Math.ceil(ACCEPTED * negatives.length) - 1]!;
  return positives.filter((score) => score <= threshold).length / positives.length;
};
