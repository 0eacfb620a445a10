/** How statistics of a whole split scatter: the bootstrap, Efron & Tibshirani, 1993, chapter 6. */
import { ConfigError } from "../errors.ts";
import { fillUniform } from "../random/fill.ts";
import { key } from "../random/key.ts";

const RESAMPLES = 1000;

/**
 * `statistic` of each of a thousand samples, for which as many images as a set has are drawn of it with replacement. It is
 * given how often each image of each set was drawn, which it must not keep. The samples are the same for the same seed,
 * whatever the statistic.
 */
export const resampled = (
  sets: readonly number[],
  statistic: (times: readonly Uint32Array[]) => number,
  seed = 1,
): Float64Array => {
  const wrong = sets.find((images) => !Number.isInteger(images) || images < 1);
  if (wrong !== undefined)
    throw new ConfigError("bootstrap", {
      given: `${wrong} images`,
      expected: "a whole number of at least 1",
      remedy: "Score a split that has images.",
    });
  const uniform = sets.map((images) => new Float32Array(images));
  const times = sets.map((images) => new Uint32Array(images));
  return Float64Array.from({ length: RESAMPLES }, (_, resample) => {
    for (const [set, numbers] of uniform.entries()) {
      fillUniform(key(seed, "bootstrap", resample, set), numbers);
      const own = times[set]!.fill(0);
      for (const u of numbers) own[Math.floor(((u + 1) / 2) * own.length)]!++;
    }
    return statistic(times);
  });
};
