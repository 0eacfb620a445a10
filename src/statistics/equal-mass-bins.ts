import { tiesOf } from "./ties.ts";

/**
 * Bin, 0..bins - 1, of each value: bins of equally many values, in ascending order. Equal values share the bin of their
 * middle rank, so that the bins do not depend on the order of the values; they are equal in mass only if all values
 * differ.
 */
export const equalMassBins = (values: Float64Array, bins: number): Uint32Array => {
  const { order, ends } = tiesOf(values);
  const result = new Uint32Array(values.length);
  let first = 0;
  for (const end of ends) {
    const bin = Math.floor((bins * (first + end)) / (2 * values.length));
    for (; first < end; first++) result[order[first]!] = bin;
  }
  return result;
};
