/** Difference of two methods on the same images, each by several runs, with its 95 % confidence interval. */
import { weightedAuroc } from "../../statistics/auroc.ts";
import { bootstrap } from "../../statistics/bootstrap.ts";
import { binnedAnswers, calibrationError } from "../../statistics/calibration.ts";
import type { Interval } from "../../statistics/metrics.ts";
import { weightedRiskCoverage } from "../../statistics/selective.ts";
import { mean, student, variance } from "../../statistics/student.ts";
import { unitCounts } from "../../statistics/ties.ts";
import type { LabelledScores } from "./scores.ts";

/** A statistic of a run's labelled images, each of which counts as often as `times` says. */
export type Statistic = (run: LabelledScores) => (times: Uint32Array) => number;

/** Error in per cent. */
export const errorRate: Statistic = ({ wrong }) => {
  const share = meanOf(wrong);
  return (times) => 100 * share(times);
};

export const meanLoss: Statistic = ({ loss }) => meanOf(loss);

const meanOf =
  (values: readonly number[]) =>
  (times: Uint32Array): number =>
    values.reduce((sum, own, i) => sum + times[i]! * own, 0) / total(times);

const total = (times: Uint32Array): number => times.reduce((sum, each) => sum + each, 0);

export const calibration: Statistic = ({ confidence, wrong }) => {
  const isRight = wrong.map((own) => own === 0);
  return (times) => calibrationError(binnedAnswers(confidence, isRight, times));
};

/** Area under the risk-coverage curve: error among the answers, over all coverages. */
export const riskArea: Statistic = ({ entropy, wrong }) => {
  const drawn = weightedRiskCoverage(Float64Array.from(entropy), Uint8Array.from(wrong));
  return (times) => drawn(times).aurc;
};

/** A statistic of a run and its values on bootstrap resamples of the images, the same resamples for all runs. */
export interface Measured {
  readonly value: number;
  readonly resamples: Float64Array;
}

export const measured = (run: LabelledScores, statistic: Statistic): Measured => {
  const of = statistic(run);
  const images = run.wrong.length;
  return { value: of(unitCounts(images)), resamples: bootstrap([images], ([times]) => of(times!)) };
};

/** AUROC of detecting out-of-distribution images among digits, by a run's entropies of both. */
export const measuredDetection = (digits: readonly number[], others: readonly number[]): Measured => {
  const count = digits.length + others.length;
  const isOther = new Uint8Array(count).fill(1, digits.length);
  const drawn = weightedAuroc(Float64Array.from([...digits, ...others]), isOther);
  const together = unitCounts(count);
  const value = drawn(together)!;
  const resamples = bootstrap([digits.length, others.length], ([ofDigits, ofOthers]) => {
    together.set(ofDigits!);
    together.set(ofOthers!, digits.length);
    return drawn(together)!;
  });
  return { value, resamples };
};

export interface Difference {
  /** Means of the statistic over the runs of the first and of the second method. */
  readonly values: readonly [number, number];
  /** 95 % confidence interval of the first less the second. */
  readonly interval: Interval;
}

/**
 * Difference between the runs of two methods, at least one each. The difference d of their means varies with the images
 * (bootstrap) and with the runs, of which there may be few (Welch, Biometrika 34, 1947):
 *
 *     d +- t_nu sqrt(V),   V = V_images + s_a^2 / n_a + s_b^2 / n_b,   nu = V^2 / sum_k ((s_k^2 / n_k)^2 / (n_k - 1))
 *
 * A method with a single run contributes no variance between runs: it is unknown.
 */
export const difference = (a: readonly Measured[], b: readonly Measured[]): Difference => {
  const meanAt = (runs: readonly Measured[], k: number): number =>
    mean(runs.map(({ resamples }) => resamples[k]!));
  const ofImages = variance(Array.from(a[0]!.resamples, (_, k) => meanAt(a, k) - meanAt(b, k)));
  const ofRuns = [a, b]
    .filter(({ length }) => length > 1)
    .map((runs) => ({
      part: variance(runs.map(({ value }) => value)) / runs.length,
      freedom: runs.length - 1,
    }));
  const whole = ofRuns.reduce((sum, { part }) => sum + part, ofImages);
  const freedom = whole ** 2 / ofRuns.reduce((sum, { part, freedom: own }) => sum + part ** 2 / own, 0);
  const values = [a, b].map((runs) => mean(runs.map(({ value }) => value))) as [number, number];
  const half = whole === 0 ? 0 : student(freedom) * Math.sqrt(whole);
  return { values, interval: [values[0] - values[1] - half, values[0] - values[1] + half] };
};
