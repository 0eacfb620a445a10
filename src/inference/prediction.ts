/** The prediction of one image, for users. */
import type { Uncertainty } from "./uncertainty.ts";

export interface Prediction {
  /** The likeliest class. */
  readonly label: number;
  /** Mean probability of each class. */
  readonly probabilities: readonly number[];
  /** Entropy of the mean probabilities, in nats: from 0, one class is certain, to log(classes), all are equally likely. */
  readonly entropy: number;
  /** The part of the entropy that is due to the passes' disagreement, in nats; null for an approximation. */
  readonly mutualInformation: number | null;
  /** Fraction of the passes that voted for the label; null for an approximation. */
  readonly agreement: number | null;
  /** Standard error of the label's mean probability; null without at least two passes. */
  readonly standardError: number | null;
  /** Number of passes; 0 for an approximation. */
  readonly samples: number;
}

/** One prediction an image. */
export const predictionsOf = (uncertainty: Uncertainty): readonly Prediction[] => {
  const count = uncertainty.labels.length;
  const classes = uncertainty.probabilities.length / count;
  return Array.from({ length: count }, (_, k) => ({
    label: uncertainty.labels[k]!,
    probabilities: [...uncertainty.probabilities.subarray(k * classes, (k + 1) * classes)],
    entropy: uncertainty.entropy[k]!,
    mutualInformation: uncertainty.mutualInformation[k]!,
    agreement: uncertainty.agreement[k]!,
    standardError: uncertainty.samples[k]! > 1 ? uncertainty.standardError[k]! : null,
    samples: uncertainty.samples[k]!,
  }));
};
