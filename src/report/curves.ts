/** Numbers read off the curves of figures. */
import type { Figure, Findings } from "../experiments/findings/findings.ts";
import type { Estimate } from "./difference.ts";

export type Points = Figure["series"][number]["points"];

/** Points of a figure's line; undefined if there are none. */
export const pointsOf = ({ figures }: Findings, figure: string, line: string): Points | undefined => {
  const found = figures.find(({ name }) => name === figure)?.series.find(({ name }) => name === line)?.points;
  return found !== undefined && found.length > 0 ? found : undefined;
};

/** Whether every point has an interval. */
export const isBanded = (points: Points): boolean =>
  points.every(({ low, high }) => low !== undefined && high !== undefined);

/** The lowest level that the curve reaches with its upper limit. */
const lowest = (points: Points): number => Math.min(...points.map(({ y, high = y }) => high));

/** Where falling curves reach a level: the mean, and the range from the lower to the upper limit. */
export interface Reach {
  /** The lowest level that all of the curves reach with their upper limits. */
  readonly level: number;
  /** One entry for each curve. */
  readonly at: readonly Estimate[];
}

/** Relative tolerance of levels: a mean of equal values may exceed them by rounding. */
const ROUNDING = 1e-9;

/** Where each of the curves first reaches the lowest level that all of them reach. */
export const reachOf = (curves: readonly Points[]): Reach => {
  const level = Math.max(...curves.map(lowest));
  return {
    level,
    at: curves.map((points) => {
      const first = (value: (point: Points[number]) => number): number =>
        (points.find((point) => value(point) <= level * (1 + ROUNDING)) ?? points.at(-1)!).x;
      return {
        mean: first(({ y }) => y),
        low: first(({ y, low = y }) => low),
        high: first(({ y, high = y }) => high),
      };
    }),
  };
};

/** How a distribution moves, whose median and outer percentiles the points and their limits are. */
export interface Movement {
  /** Width between the outer percentiles at the end over that at the start. */
  readonly growth: number;
  /** Largest distance of the median from its start. */
  readonly median: number;
  /** Largest distance of an outer percentile from its start. */
  readonly outer: number;
}

/** The movement of a distribution; undefined where the points have no outer percentiles. */
export const movementOf = (points: Points): Movement | undefined => {
  if (!isBanded(points)) return undefined;
  const width = ({ low, high }: Points[number]): number => high! - low!;
  const [start, end] = [points[0]!, points.at(-1)!];
  const farthest = (distance: (point: Points[number]) => number): number =>
    Math.max(...points.map((point) => Math.abs(distance(point))));
  return {
    growth: width(end) / width(start),
    median: farthest(({ y }) => y - start.y),
    outer: Math.max(
      farthest(({ low }) => low! - start.low!),
      farthest(({ high }) => high! - start.high!),
    ),
  };
};

/** The largest deviation of a curve from zero, and the largest in units of its standard error. */
export interface Deviation {
  readonly largest: number;
  readonly score: number;
}

/** 97.5 % quantile of the normal distribution, by which intervals were computed. */
const NORMAL = 1.96;

/** The deviation from zero of points with 95 % intervals; undefined where an interval is missing or empty. */
export const deviationOf = (points: Points): Deviation | undefined => {
  if (!isBanded(points) || points.some(({ low, high }) => low === high)) return undefined;
  const scores = points.map(({ y, low, high }) => Math.abs(y) / ((high! - low!) / 2 / NORMAL));
  return { largest: Math.max(...points.map(({ y }) => Math.abs(y))), score: Math.max(...scores) };
};
