/** Numbers in the order of their values, in runs of those that are equal. */

export interface Ties {
  /** Numbers of the values, from the lowest value up. */
  readonly order: Uint32Array;
  /** Where in `order` each run ends. */
  readonly ends: readonly number[];
}

export const tiesOf = (values: Float64Array): Ties => {
  const order = Uint32Array.from(values, (_, i) => i).sort((a, b) => values[a]! - values[b]!);
  const ends: number[] = [];
  for (let k = 1; k <= order.length; k++)
    if (k === order.length || values[order[k]!] !== values[order[k - 1]!]) ends.push(k);
  return { order, ends };
};

/** How often each of so many counts, where nothing was drawn. */
export const once = (count: number): Uint32Array => new Uint32Array(count).fill(1);
