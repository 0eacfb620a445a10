/** Smoothing of curves. */
import { ConfigError } from "../errors.ts";

/**
 * Exponential moving average of a sequence, without the bias of its start:
 * s_k = sum_j w^(k-j) x_j / sum_j w^(k-j), j = 0..k (Kingma & Ba 2015, section 3). `weight` w: from 0, no smoothing, to
 * below 1. Throws ConfigError for another weight.
 */
export const smoothed = (values: ArrayLike<number>, weight: number): Float64Array => {
  if (!(weight >= 0 && weight < 1))
    throw new ConfigError("smoothing a curve", {
      given: `a weight of ${weight}`,
      expected: "a number from 0 to below 1",
      remedy: "Choose another weight; 0 smooths nothing.",
    });
  let [sum, total] = [0, 0];
  return Float64Array.from(values, (value) => {
    sum = weight * sum + value;
    total = weight * total + 1;
    return sum / total;
  });
};
