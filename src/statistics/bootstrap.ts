/** The bootstrap: Efron & Tibshirani, 1993, chapter 6. */
import { ConfigError } from "../errors.ts";
import { fillUniform } from "../random/fill.ts";
import { key } from "../random/key.ts";

const RESAMPLES = 1000;

/**
 * Bootstrap distribution of `statistic`: 1,000 values. `sets` lists the number of images of each set; each
 * resample draws that many images with replacement. `statistic` gets the number of draws of each image of
 * each set, in arrays that are reused. The resamples depend on the seed alone. Throws ConfigError for an
 * empty set.
 */
export const bootstrap = (
  sets: readonly number[],
  statistic: (counts: readonly Uint32Array[]) => number,
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
  const counts = sets.map((images) => new Uint32Array(images));
  return Float64Array.from({ length: RESAMPLES }, (_, resample) => {
    for (const [set, numbers] of uniform.entries()) {
      fillUniform(key(seed, "bootstrap", resample, set), numbers);
      const own = counts[set]!.fill(0);
      for (const u of numbers) own[Math.floor(((u + 1) / 2) * own.length)]!++;
    }
    return statistic(counts);
  });
};
