/** Means over seeds with their 95 % confidence intervals. */
import type { Interval, Metrics } from "../../statistics/metrics.ts";
import type { Row, Summary } from "../findings/findings.ts";
import type { TrainingTime } from "./training-time.ts";

/** The 97.5 % quantile of Student's distribution with 1, 2, .. degrees of freedom; from 30 on the normal one. */
const STUDENT = [
  ...[
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131,
  ],
  ...[2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045],
];
const NORMAL = 1.96;

/** The 97.5 % quantile of Student's t distribution for real degrees of freedom of at least 1, rounded down: intervals are conservative. */
export const student = (freedom: number): number => STUDENT[Math.floor(freedom) - 1] ?? NORMAL;

/** Sum of training times; null if one of them is null. */
export const total = (times: readonly TrainingTime[]): TrainingTime =>
  times.reduce<TrainingTime>((sum, time) => (sum === null || time === null ? null : sum + time), 0);

/** Unbiased variance of a sample of at least two values. */
export const variance = (values: readonly number[]): number => {
  const centre = mean(values);
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1);
};

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * The mean over seeds with its 95 % interval by Student's distribution, which tells how runs differ; of a single seed
 * `own`, the interval of its test images.
 */
export const summarize = (values: readonly number[], own: Interval): Summary => {
  const centre = mean(values);
  if (values.length === 1) return { mean: centre, low: own[0], high: own[1] };
  const half = student(values.length - 1) * Math.sqrt(variance(values) / values.length);
  return { mean: centre, low: centre - half, high: centre + half };
};

/** Summary of the metrics of one run a seed, of at least one seed. */
export const summarizeMetrics = (runs: readonly Metrics[]): Pick<Row, "error" | "nll" | "brier" | "ece"> => ({
  error: summarize(
    runs.map(({ error }) => error),
    runs[0]!.errorInterval,
  ),
  nll: mean(runs.map(({ nll }) => nll)),
  brier: mean(runs.map(({ brier }) => brier)),
  ece: mean(runs.map(({ ece }) => ece)),
});

/** Point of a curve: the mean over seeds, with its interval if there are several, both clipped below at `least`. */
export const curvePoint = (
  x: number,
  values: readonly number[],
  least = Number.NEGATIVE_INFINITY,
): { readonly x: number; readonly y: number; readonly low?: number; readonly high?: number } => {
  const above = (value: number): number => Math.max(value, least);
  const { mean: y, low, high } = summarize(values.map(above), [0, 0]);
  return { x, y, ...(values.length > 1 && { low: above(low), high }) };
};

/** Caption for the points and bands of such curves. */
export const meansInWords = (
  { seeds }: { readonly seeds: number },
  bands = "their 95 % intervals",
): string => (seeds === 1 ? "one seed" : `means of ${seeds} seeds, bands ${bands}`);
