/** Decisions of a calibrated model on labelled images, and how often it was right. */
import type { Thresholds } from "../networks/calibration.ts";
import { conformalSet } from "../statistics/conformal.ts";
import { type Interval, wilsonInterval } from "../statistics/metrics.ts";
import type { Labels } from "../statistics/probabilities.ts";
import type { Uncertainty } from "./uncertainty.ts";
import { unsureAbove } from "./unsure.ts";
import { verdictOn } from "./verdict.ts";

export interface Decisions {
  /** Images that were answered, referred to a person, and found unlike the training data. */
  readonly answered: number;
  readonly referred: number;
  readonly unlike: number;
  /** Wrong answers in per cent of the answered images, with the 95 % interval; null if none was answered. */
  readonly error: number | null;
  readonly errorInterval: Interval | null;
  /** Share of conformal sets that hold the label, and their mean number of classes; null without sets. */
  readonly sets: { readonly coverage: number; readonly size: number } | null;
}

export const decisionsOf = (found: Uncertainty, labels: Labels, calibration: Thresholds): Decisions => {
  const classes = found.probabilities.length / labels.length;
  const unsure = unsureAbove(classes);
  const counts = { answer: 0, refer: 0, unlike: 0 };
  let wrong = 0;
  for (let k = 0; k < labels.length; k++) {
    const verdict = verdictOn(calibration, found.entropy[k]!, found.unfamiliarity[k]!, unsure);
    counts[verdict]++;
    if (verdict === "answer" && found.labels[k] !== labels[k]) wrong++;
  }
  const interval = counts.answer === 0 ? null : wilsonInterval(wrong, counts.answer);
  return {
    answered: counts.answer,
    referred: counts.refer,
    unlike: counts.unlike,
    error: interval && (100 * wrong) / counts.answer,
    errorInterval: interval && [100 * interval[0], 100 * interval[1]],
    sets: calibration.sets ? setsOf(found, labels, calibration.sets.threshold) : null,
  };
};

const setsOf = (
  { probabilities }: Uncertainty,
  labels: Labels,
  threshold: number,
): NonNullable<Decisions["sets"]> => {
  const classes = probabilities.length / labels.length;
  let [held, size] = [0, 0];
  for (let k = 0; k < labels.length; k++) {
    const set = conformalSet(probabilities.subarray(k * classes, (k + 1) * classes), threshold);
    if (set.includes(labels[k]!)) held++;
    size += set.length;
  }
  return { coverage: held / labels.length, size: size / labels.length };
};
