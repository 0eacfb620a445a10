/** Axes of charts: a linear scale with its ticks. */
import { tickLabels, ticks } from "neural-sampling/web";

/** Pixels of values, and the values that are marked. */
export interface Axis {
  at(value: number): number;
  /** The value at a pixel: the inverse of `at`. */
  valueAt(pixel: number): number;
  readonly ticks: readonly { readonly at: number; readonly label: string }[];
}

interface AxisOptions {
  /** Values at the ends. */
  readonly range: readonly [number, number];
  /** Pixels at the ends. */
  readonly pixels: readonly [number, number];
  /** Least number of steps between ticks, where there is room. */
  readonly least: number;
  /** Whether the values count something: ticks are whole numbers. */
  readonly isCounted?: boolean;
}

export const axisOf = ({ range, pixels, least, isCounted = false }: AxisOptions): Axis => {
  const [low, high] = range;
  const [from, to] = pixels;
  const length = high > low ? high - low : 1;
  const at = (value: number): number => from + ((value - low) / length) * (to - from);
  const valueAt = (pixel: number): number => low + ((pixel - from) / (to - from)) * length;
  const marked = ticks(low, high, least).filter((tick) => !isCounted || Number.isInteger(tick));
  const labels = tickLabels(marked);
  return { at, valueAt, ticks: marked.map((value, k) => ({ at: at(value), label: labels[k]! })) };
};

/** Limits of the finite values, widened where they are one value; [0, 1] without values. */
export const rangeOf = (values: Iterable<number>): readonly [number, number] => {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) return [0, 1];
  return high > low ? [low, high] : [low - 0.5, high + 0.5];
};
