/** Mean error over chips, with its confidence interval. */
import type { Interval } from "../../statistics/metrics.ts";
import { mean, meanInterval } from "../../statistics/student.ts";

/**
 * Mean error over the chips in per cent, and its 95 % confidence interval: by Student's distribution over at least three chips
 * that differ in their errors, which says what other chips would have on the same images; by Wilson's method over the images
 * of a single chip, which says what that chip would have on others. Otherwise there is none.
 */
export interface ChipsError {
  readonly mean: number;
  /** Lower end of the interval; null if there is none. */
  readonly low: number | null;
  /** Upper end of the interval; null if there is none. */
  readonly high: number | null;
  /** Population of the interval; null if there is none. */
  readonly over: "chips" | "images" | null;
}

/**
 * Fewest chips of an interval: with two, Student's factor is 12.7 and the normal distribution of the errors is taken on trust,
 * so that an interval tells nothing of how chips differ.
 */
const FEWEST_CHIPS = 3;

/** The mean of the errors of chips, in per cent; `ofImages` is the interval of the first chip over its images. */
export const chipsError = (errors: readonly number[], ofImages: Interval): ChipsError => {
  const centre = mean(errors);
  if (errors.length === 1) return { mean: centre, low: ofImages[0], high: ofImages[1], over: "images" };
  const areAlike = errors.every((error) => error === errors[0]);
  if (areAlike || errors.length < FEWEST_CHIPS) return { mean: centre, low: null, high: null, over: null };
  const [low, high] = meanInterval(errors);
  return { mean: centre, low: Math.max(0, low), high: Math.min(100, high), over: "chips" };
};
