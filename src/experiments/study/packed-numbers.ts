/**
 * Numbers of six decimals, packed without loss: multiples of 1e-6 below 16.7 as three bytes each, all lowest bytes first,
 * then the middle ones, then the highest, which deflate compresses by a third more than float32. In NumPy:
 * `(a[0] + 256.0 * a[1] + 65536.0 * a[2]) / 1e6` for such an array `a` of shape [3, count].
 */
import type { NpyArray } from "../../files/arrays/npy.ts";

const UNITS = 1e6;
const BYTES = 3;
const LARGEST = 256 ** BYTES;

/** The numbers packed; undefined if one of them would not come back as it is. */
export const packNumbers = (values: readonly number[]): NpyArray | undefined => {
  const { length } = values;
  const data = new Uint8Array(BYTES * length);
  for (const [k, value] of values.entries()) {
    const units = Math.round(value * UNITS);
    if (!(units >= 0 && units < LARGEST) || units / UNITS !== value) return undefined;
    for (let byte = 0; byte < BYTES; byte++) data[byte * length + k] = units >>> (8 * byte);
  }
  return { type: "u1", shape: [BYTES, length], data };
};

/** The numbers of `packNumbers`; undefined for another array. */
export const unpackNumbers = ({ type, shape, data }: NpyArray): number[] | undefined => {
  const [bytes, length] = shape;
  if (type !== "u1" || shape.length !== 2 || bytes !== BYTES || length === undefined) return undefined;
  return Array.from({ length }, (_, k) => {
    let units = 0;
    for (let byte = BYTES - 1; byte >= 0; byte--) units = 256 * units + Number(data[byte * length + k]);
    return units / UNITS;
  });
};
