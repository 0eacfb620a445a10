/** Means over seeds with their 95 % confidence intervals. */
import type { Interval, Metrics } from "../../statistics/metrics.ts";
import { mean, meanInterval } from "../../statistics/student.ts";
import type { Row, Summary } from "../findings/findings.ts";
import type { TrainingTime } from "./training-time.ts";

export { mean };

/** Sum of training times; null if one of them is null. */
export const total = (times: readonly TrainingTime[]): TrainingTime =>
  times.reduce<TrainingTime>((sum, time) => (sum === null || time === null ? null : sum + time), 0);

/**
 * The mean over seeds with its 95 % interval by Student's distribution, which tells how runs differ; of a single seed
 * `own`, the interval of its test images.
 */
export const summarize = (values: readonly number[], own: Interval): Summary => {
  const [low, high] = values.length === 1 ? own : meanInterval(values);
  return { mean: mean(values), low, high };
};

/** The metrics of a run that are summarised. */
export type RunMetrics = Pick<Metrics, "error" | "errorInterval" | "nll" | "brier" | "ece">;

/** Metrics of a run that was scored several times, such as on several chips, on the same images: means. */
export const meanMetrics = (scores: readonly RunMetrics[]): RunMetrics => {
  const meanOf = (measure: (scored: RunMetrics) => number): number => mean(scores.map(measure));
  return {
    error: meanOf(({ error }) => error),
    errorInterval: [meanOf(({ errorInterval: [low] }) => low), meanOf(({ errorInterval: [, high] }) => high)],
    nll: meanOf(({ nll }) => nll),
    brier: meanOf(({ brier }) => brier),
    ece: meanOf(({ ece }) => ece),
  };
};

/** Summary of errors in percent, within 0 to 100: Student's interval knows no limits. */
export const summarizeErrors = (errors: readonly number[], own: Interval): Summary => {
  const { mean, low, high } = summarize(errors, own);
  return { mean, low: Math.max(0, low), high: Math.min(100, high) };
};

/** Summary of the metrics of one run a seed, of at least one seed. */
export const summarizeMetrics = (
  runs: readonly RunMetrics[],
): Pick<Row, "error" | "nll" | "brier" | "ece"> => ({
  error: summarizeErrors(
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
