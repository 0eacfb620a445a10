/** What a user is told of one image. */
import type { Uncertainty } from "./uncertainty.ts";

export interface Prediction {
  /** The likeliest class. */
  readonly label: number;
  /** Mean probability of each class. */
  readonly probabilities: readonly number[];
  /** Of the mean probabilities, in nats: 0 when sure, log(classes) when it could be anything. */
  readonly entropy: number;
  /** The part of the entropy that is due to the passes' disagreement, in nats. */
  readonly mutualInformation: number;
  /** Fraction of the passes that voted for the label. */
  readonly agreement: number;
  /** Standard error of the label's mean probability; null after one pass. */
  readonly standardError: number | null;
  /** Passes taken. */
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
