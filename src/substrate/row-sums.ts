/** Sums over the weights of each unit. */

/** Ratios a / b; 1 where b is 0. */
export const ratiosOf = (a: Float64Array, b: Float64Array): Float64Array =>
  a.map((value, i) => (b[i]! > 0 ? value / b[i]! : 1));

/** Norm of each row of [units, ...]. */
export const rowNorms = (weight: Float32Array, units: number): Float64Array =>
  rowSums(
    weight.map((w) => w ** 2),
    units,
  ).map(Math.sqrt);

/** Sum of each row of [units, ...]. */
export const rowSums = (values: Float32Array, units: number): Float64Array => {
  const inputs = values.length / units;
  return Float64Array.from({ length: units }, (_, i) =>
    values.subarray(i * inputs, (i + 1) * inputs).reduce((sum, value) => sum + value, 0),
  );
};

/** Values with a shift added to each. */
export const shifted = (values: Float32Array, shifts: Float64Array): Float32Array =>
  values.map((value, i) => value + shifts[i]!);
