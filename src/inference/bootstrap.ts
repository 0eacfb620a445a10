/** Intervals of statistics of a whole split: the percentile bootstrap, Efron & Tibshirani, 1993, chapter 13. */
import { ConfigError } from "../errors.ts";
import { fillUniform } from "../random/fill.ts";
import { key } from "../random/key.ts";
import type { Interval } from "./metrics.ts";

const RESAMPLES = 1000;
const [LOWER, UPPER] = [0.025, 0.975];

/**
 * The 95 % interval of `statistic`, computed of sets of images as large as these, each drawn anew with replacement a
 * thousand times: it is given their numbers, a list for each set, which it must not keep. NaN is left out, as of a sample
 * without an error to find.
 */
export const bootstrapInterval = (
  sets: readonly number[],
  statistic: (drawn: readonly Uint32Array[]) => number,
  seed = 1,
): Interval => {
  const wrong = sets.find((images) => !Number.isInteger(images) || images < 1);
  if (wrong !== undefined)
    throw new ConfigError("bootstrap", {
      given: `${wrong} images`,
      expected: "a whole number of at least 1",
      remedy: "Score a split that has images.",
    });
  const uniform = sets.map((images) => new Float32Array(images));
  const drawn = sets.map((images) => new Uint32Array(images));
  const found: number[] = [];
  for (let resample = 0; resample < RESAMPLES; resample++) {
    for (const [set, numbers] of uniform.entries()) {
      fillUniform(key(seed, "bootstrap", resample, set), numbers);
      const images = drawn[set]!;
      for (let i = 0; i < images.length; i++) images[i] = Math.floor(((numbers[i]! + 1) / 2) * images.length);
    }
    const value = statistic(drawn);
    if (!Number.isNaN(value)) found.push(value);
  }
  found.sort((a, b) => a - b);
  return [quantile(found, LOWER), quantile(found, UPPER)];
};

/** Of sorted values, interpolated linearly between the two nearest; NaN of none. */
export const quantile = (sorted: ArrayLike<number>, q: number): number => {
  const at = q * (sorted.length - 1);
  const [low, high] = [Math.floor(at), Math.ceil(at)];
  return sorted[low]! + (at - low) * (sorted[high]! - sorted[low]!);
};
