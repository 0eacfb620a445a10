/** Variance over rows of many units, from parts of the rows. */

/** Rows [rows, units] of which only moments are known. */
export interface Rows {
  readonly rows: number;
  /** Mean over the rows: [units]. */
  readonly mean: Float32Array;
  /** Mean over rows and units of the squared deviation from `mean`. */
  readonly variance: number;
}

/** Moments of all rows that were added. */
export interface UnitVariance {
  add(part: Rows): void;
  /** Mean over rows and units. */
  mean(): number;
  /** Mean over units of the unbiased variance over rows. Needs two rows. */
  variance(): number;
}

/**
 * Moments of `units` units by the update of Chan, Golub & LeVeque (The American Statistician 37, 1983): n rows with
 * mean m joined by k rows with mean q add (q - m)^2 n k / (n + k) to the two sums of squares.
 */
export const unitVariance = (units: number): UnitVariance => {
  const means = new Float64Array(units);
  let squares = 0;
  let count = 0;
  return {
    add({ rows, mean, variance }) {
      const share = rows / (count + rows);
      let between = 0;
      for (let k = 0; k < units; k++) {
        const step = mean[k]! - means[k]!;
        between += step * step;
        means[k] = means[k]! + step * share;
      }
      squares += rows * units * variance + between * count * share;
      count += rows;
    },
    mean: () => means.reduce((sum, value) => sum + value, 0) / units,
    variance: () => squares / ((count - 1) * units),
  };
};
