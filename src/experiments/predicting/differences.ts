/**
 * How two methods differ on the same images, with the bootstrap's 95 % interval. Images and each method's runs are drawn
 * anew; both methods meet the same drawn images.
 */
import { auroc } from "../../inference/auroc.ts";
import { bootstrapInterval } from "../../inference/bootstrap.ts";
import { binnedAnswers, calibrationError } from "../../inference/calibration.ts";
import { riskCoverage } from "../../inference/selective.ts";
import { mean } from "../study/summarize.ts";
import type { LabelledScores } from "./scores.ts";

export interface Difference {
  /** The statistic of the first and of the second, means over their runs. */
  readonly values: readonly [number, number];
  /** Of the first less the second. */
  readonly interval: readonly [number, number];
}

/** A statistic of a run's labelled images, given the numbers of those that count. */
export type Statistic = (run: LabelledScores) => (images: Uint32Array) => number;

const picked = (values: readonly number[], images: Uint32Array): Float64Array =>
  Float64Array.from(images, (i) => values[i]!);

/** Numbers of images, those with low values first: what sorts them once more has nothing to do. */
const sorter = (values: readonly number[]): ((images: Uint32Array) => Uint32Array) => {
  const order = all(values.length).sort((a, b) => values[a]! - values[b]!);
  return (images) => {
    const times = new Uint32Array(values.length);
    for (const image of images) times[image]!++;
    const sorted = new Uint32Array(images.length);
    let end = 0;
    for (const image of order) {
      sorted.fill(image, end, end + times[image]!);
      end += times[image]!;
    }
    return sorted;
  };
};

const all = (count: number): Uint32Array => Uint32Array.from({ length: count }, (_, k) => k);

export const meanLoss: Statistic =
  ({ loss }) =>
  (images) =>
    images.reduce((sum, i) => sum + loss[i]!, 0) / images.length;

export const calibration: Statistic =
  ({ confidence, wrong }) =>
  (images) =>
    calibrationError(
      binnedAnswers(
        picked(confidence, images),
        Array.from(images, (i) => wrong[i] === 0),
      ),
    );

/** Area under the risk-coverage curve: errors among the answers, over all shares of them. */
export const riskArea: Statistic = ({ entropy, wrong }) => {
  const sorted = sorter(entropy);
  return (images) => {
    const own = sorted(images);
    return riskCoverage(
      picked(entropy, own),
      Uint8Array.from(own, (i) => wrong[i]!),
    ).aurc;
  };
};

/** Of drawn runs, each computed once. */
const meanOfDrawn = (drawn: Uint32Array, of: (run: number) => number): number => {
  const known = new Map<number, number>();
  for (const run of drawn) if (!known.has(run)) known.set(run, of(run));
  return mean(Array.from(drawn, (run) => known.get(run)!));
};

/** Of the runs of two methods, one at least of each, on the same images. */
export const difference = (
  a: readonly LabelledScores[],
  b: readonly LabelledScores[],
  statistic: Statistic,
): Difference => {
  const [ofA, ofB] = [a.map(statistic), b.map(statistic)];
  const images = a[0]!.wrong.length;
  const value = (runs: typeof ofA, drawn: Uint32Array, of: Uint32Array): number =>
    meanOfDrawn(drawn, (run) => runs[run]!(of));
  return {
    values: [value(ofA, all(a.length), all(images)), value(ofB, all(b.length), all(images))],
    interval: bootstrapInterval(
      [images, a.length, b.length],
      ([drawn, runsA, runsB]) => value(ofA, runsA!, drawn!) - value(ofB, runsB!, drawn!),
    ),
  };
};

/** Entropies of digits and of images of another kind, by one run. */
export interface Entropies {
  readonly digits: readonly number[];
  readonly others: readonly number[];
}

/** Of the AUROC of telling the others from the digits. */
export const detectionDifference = (a: readonly Entropies[], b: readonly Entropies[]): Difference => {
  const [ofA, ofB] = [a.map(aurocOfDrawn), b.map(aurocOfDrawn)];
  const [digits, others] = [a[0]!.digits.length, a[0]!.others.length];
  const value = (runs: typeof ofA, drawn: Uint32Array, one: Uint32Array, other: Uint32Array): number =>
    meanOfDrawn(drawn, (run) => runs[run]!(one, other));
  const whole = [all(digits), all(others)] as const;
  return {
    values: [value(ofA, all(a.length), ...whole), value(ofB, all(b.length), ...whole)],
    interval: bootstrapInterval(
      [digits, others, a.length, b.length],
      ([one, other, runsA, runsB]) => value(ofA, runsA!, one!, other!) - value(ofB, runsB!, one!, other!),
    ),
  };
};

const aurocOfDrawn = ({ digits, others }: Entropies) => {
  const [sortedDigits, sortedOthers] = [sorter(digits), sorter(others)];
  return (fromDigits: Uint32Array, fromOthers: Uint32Array): number => {
    const scores = new Float64Array(fromDigits.length + fromOthers.length);
    scores.set(picked(digits, sortedDigits(fromDigits)));
    scores.set(picked(others, sortedOthers(fromOthers)), fromDigits.length);
    return auroc(scores, new Uint8Array(scores.length).fill(1, fromDigits.length))!;
  };
};
