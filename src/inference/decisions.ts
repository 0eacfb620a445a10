/** Decisions of a calibrated model on labelled images, and how often it was right. */
import type { Thresholds } from "../networks/calibration.ts";
import { exactInterval } from "../statistics/clopper-pearson.ts";
import { conformalSet } from "../statistics/conformal.ts";
import type { Interval } from "../statistics/metrics.ts";
import type { Labels } from "../statistics/probabilities.ts";
import { answersOutcome, meanOutcome, type PromiseOutcome } from "./promise-outcome.ts";
import type { Uncertainty } from "./uncertainty.ts";
import { unsureAbove } from "./unsure.ts";
import { verdictOn } from "./verdict.ts";

export interface Decisions {
  /** Images that were answered, referred to a person, and found unlike the training data. */
  readonly answered: number;
  readonly referred: number;
  readonly unlike: number;
  /** Exact 95 % interval of the share that was answered, in per cent. */
  readonly answeredInterval: Interval;
  /** Wrong answers in per cent of the answered images, with the exact 95 % interval; null if none was answered. */
  readonly error: number | null;
  readonly errorInterval: Interval | null;
  /**
   * Whether the promise on the error or the coverage held, by images that its threshold was not found on; null without one,
   * and for that on the error without answers.
   */
  readonly promise: PromiseOutcome | null;
  /**
   * Whether as few images count as unlike the training data as was promised of familiar ones: of images that are not
   * familiar it says nothing.
   */
  readonly unlikePromise: PromiseOutcome | null;
  /** Conformal sets; null without them. */
  readonly sets: {
    /** Share that hold the label. */
    readonly coverage: number;
    /** Mean number of classes. */
    readonly size: number;
    readonly promise: PromiseOutcome | null;
  } | null;
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
  const images = labels.length;
  const errorInterval = counts.answer === 0 ? null : inPerCent(exactInterval(wrong, counts.answer));
  const { refer } = calibration;
  return {
    answered: counts.answer,
    referred: counts.refer,
    unlike: counts.unlike,
    answeredInterval: inPerCent(exactInterval(counts.answer, images)),
    error: errorInterval && (100 * wrong) / counts.answer,
    errorInterval,
    unlikePromise: meanOutcome(1 - calibration.unlike.share, {
      ...{ images, held: images - counts.unlike, heldOut: calibration.images },
    }),
    promise: refer ? answersOutcome(refer.promise, { images, answered: counts.answer, wrong }) : null,
    sets: setsOf(found, labels, calibration),
  };
};

/** Decisions on the images that the thresholds come from, which cannot tell whether promises hold. */
export const withoutOutcomes = (decisions: Decisions): Decisions => ({
  ...decisions,
  ...{ promise: null, unlikePromise: null },
  sets: decisions.sets && { ...decisions.sets, promise: null },
});

const inPerCent = ([low, high]: Interval): Interval => [100 * low, 100 * high];

const setsOf = (
  { probabilities }: Uncertainty,
  labels: Labels,
  { sets, images: heldOut }: Thresholds,
): Decisions["sets"] => {
  if (!sets) return null;
  const images = labels.length;
  const classes = probabilities.length / images;
  let [held, size] = [0, 0];
  for (let k = 0; k < images; k++) {
    const set = conformalSet(probabilities.subarray(k * classes, (k + 1) * classes), sets.threshold);
    if (set.includes(labels[k]!)) held++;
    size += set.length;
  }
  return {
    coverage: held / images,
    size: size / images,
    promise: meanOutcome(sets.level, { images, held, heldOut }),
  };
};
