/** Axes of charts: a linear scale with its ticks. */
import { tickLabels, ticks } from "neural-sampling/web";

/** Pixels of values, and the values that are marked. */
export interface Axis {
  at(value: number): number;
  readonly ticks: readonly { readonly at: number; readonly label: string }[];
}

/** Axis from `low` to `high`, drawn from pixel `from` to pixel `to`, with at least `least` ticks where there is room. */
export const axisOf = (low: number, high: number, from: number, to: number, least: number): Axis => {
  const length = high > low ? high - low : 1;
  const at = (value: number): number => from + ((value - low) / length) * (to - from);
  const marked = ticks(low, high, least);
  const labels = tickLabels(marked);
  return { at, ticks: marked.map((value, k) => ({ at: at(value), label: labels[k]! })) };
};
