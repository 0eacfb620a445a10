/** How two predictors differ on the same images, with the bootstrap's 95 % interval: both meet the same drawn images. */
import { bootstrapInterval } from "../../inference/bootstrap.ts";
import { binnedAnswers, calibrationError } from "../../inference/calibration.ts";
import { detection } from "../../inference/detection.ts";
import { riskCoverage } from "../../inference/selective.ts";
import type { LabelledScores } from "./scores.ts";

export interface Difference {
  /** The statistic of the first and of the second. */
  readonly values: readonly [number, number];
  /** Of the first less the second. */
  readonly interval: readonly [number, number];
}

/** A statistic of labelled images, given the numbers of those that count. */
export type Statistic = (scores: LabelledScores, images: Uint32Array) => number;

const picked = (values: readonly number[], images: Uint32Array): Float64Array =>
  Float64Array.from(images, (i) => values[i]!);

export const meanLoss: Statistic = ({ loss }, images) =>
  images.reduce((sum, i) => sum + loss[i]!, 0) / images.length;

export const calibration: Statistic = ({ confidence, wrong }, images) =>
  calibrationError(
    binnedAnswers(
      picked(confidence, images),
      Array.from(images, (i) => wrong[i] === 0),
    ),
  );

/** Area under the risk-coverage curve: errors among the answers, over all shares of them. */
export const riskArea: Statistic = ({ entropy, wrong }, images) =>
  riskCoverage(
    picked(entropy, images),
    Uint8Array.from(images, (i) => wrong[i]!),
  ).aurc;

export const difference = (a: LabelledScores, b: LabelledScores, statistic: Statistic): Difference => {
  const all = Uint32Array.from(a.wrong, (_, i) => i);
  return {
    values: [statistic(a, all), statistic(b, all)],
    interval: bootstrapInterval([all.length], ([images]) => statistic(a, images!) - statistic(b, images!)),
  };
};

/** Entropies of digits and of images of another kind, by one predictor. */
export interface Entropies {
  readonly digits: readonly number[];
  readonly others: readonly number[];
}

/** Of the AUROC of telling the others from the digits. */
export const detectionDifference = (a: Entropies, b: Entropies): Difference => {
  const auroc = ({ digits, others }: Entropies, fromDigits: Uint32Array, fromOthers: Uint32Array): number =>
    detection(picked(digits, fromDigits), picked(others, fromOthers)).auroc;
  const [digits, others] = [a.digits, a.others].map((values) => Uint32Array.from(values, (_, i) => i)) as [
    Uint32Array,
    Uint32Array,
  ];
  return {
    values: [auroc(a, digits, others), auroc(b, digits, others)],
    interval: bootstrapInterval(
      [digits.length, others.length],
      ([one, other]) => auroc(a, one!, other!) - auroc(b, one!, other!),
    ),
  };
};
