/** The prediction of one image, for users. */
import type { Calibration } from "../networks/calibration.ts";
import { conformalSet } from "../statistics/conformal.ts";
import type { Uncertainty } from "./uncertainty.ts";
import { unsureAbove } from "./unsure.ts";
import { type Verdict, verdictOn } from "./verdict.ts";

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
  /**
   * How unlike the training data the model's detector finds the image, above the threshold of its calibration: positive
   * numbers are unlike. null without a calibration for this number of passes.
   */
  readonly unfamiliarity: number | null;
  /** "answer", "refer" (to a person) or "unlike" (the training data); null without a calibration for this number of passes. */
  readonly verdict: Verdict | null;
  /** Conformal set of classes, the likeliest first; null unless the calibration has sets. */
  readonly set: readonly number[] | null;
}

/** One prediction an image. `calibration`: by which verdicts are given, if at all. */
export const predictionsOf = (uncertainty: Uncertainty, calibration?: Calibration): readonly Prediction[] => {
  const count = uncertainty.labels.length;
  const classes = uncertainty.probabilities.length / count;
  const unsure = unsureAbove(classes);
  const judged = (k: number): Pick<Prediction, "unfamiliarity" | "verdict" | "set"> => {
    if (!calibration) return { unfamiliarity: null, verdict: null, set: null };
    const { unlike, sets } = calibration;
    const unfamiliarity = uncertainty.unfamiliarity[k]!;
    const own = uncertainty.probabilities.subarray(k * classes, (k + 1) * classes);
    return {
      unfamiliarity: unfamiliarity - unlike.threshold,
      verdict: verdictOn(calibration, uncertainty.entropy[k]!, unfamiliarity, unsure),
      set: sets ? conformalSet(own, sets.threshold) : null,
    };
  };
  return Array.from({ length: count }, (_, k) => ({
    label: uncertainty.labels[k]!,
    probabilities: [...uncertainty.probabilities.subarray(k * classes, (k + 1) * classes)],
    entropy: uncertainty.entropy[k]!,
    mutualInformation: uncertainty.mutualInformation[k]!,
    agreement: uncertainty.agreement[k]!,
    standardError: uncertainty.samples[k]! > 1 ? uncertainty.standardError[k]! : null,
    samples: uncertainty.samples[k]!,
    ...judged(k),
  }));
};
