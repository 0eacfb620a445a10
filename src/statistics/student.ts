/** Means of samples and their 95 % confidence intervals by Student's distribution. */
import type { Interval } from "./metrics.ts";

/** The 97.5 % quantile of Student's distribution with 1, 2, .. 29 degrees of freedom. */
const STUDENT = [
  ...[
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131,
  ],
  ...[2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045],
];
/** The 97.5 % quantile of the normal distribution. */
const NORMAL = 1.959964;

/**
 * The 97.5 % quantile of Student's distribution for real degrees of freedom of at least 1. Below 30 they are rounded down,
 * which makes intervals conservative; from there on it is an expansion about the normal quantile (Abramowitz & Stegun,
 * "Handbook of Mathematical Functions", 26.7.5), to 1e-5.
 */
export const student = (freedom: number): number => STUDENT[Math.floor(freedom) - 1] ?? expansion(freedom);

const expansion = (freedom: number): number => {
  const z = NORMAL;
  return (
    z +
    (z ** 3 + z) / (4 * freedom) +
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * freedom ** 2) +
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * freedom ** 3)
  );
};

/** Unbiased variance of a sample of at least two values. */
export const variance = (values: readonly number[]): number => {
  const centre = mean(values);
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1);
};

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** The 95 % confidence interval of the mean of at least two independent values, by Student's distribution. */
export const meanInterval = (values: readonly number[]): Interval => {
  const centre = mean(values);
  const half = student(values.length - 1) * Math.sqrt(variance(values) / values.length);
  return [centre - half, centre + half];
};
