/** Sorting into groups of equal values. */

/** Sorted values in groups of equal ones. */
export interface Ties {
  /** Indices of the values in ascending order. */
  readonly order: Uint32Array;
  /** End of each group of equal values in `order`, exclusive. */
  readonly ends: readonly number[];
}

/** Sorts values, lowest first, and finds groups of equal values. */
export const tiesOf = (values: Float64Array): Ties => {
  const order = Uint32Array.from(values, (_, i) => i).sort((a, b) => values[a]! - values[b]!);
  const ends: number[] = [];
  for (let k = 1; k <= order.length; k++)
    if (k === order.length || values[order[k]!] !== values[order[k - 1]!]) ends.push(k);
  return { order, ends };
};

/** Counts of 1 for each of `count` items. */
export const unitCounts = (count: number): Uint32Array => new Uint32Array(count).fill(1);
