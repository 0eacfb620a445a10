/**
 * Numbers of six decimals, packed without loss: multiples of 1e-6 below 16.7 as three bytes each, all lowest bytes first,
 * then the middle ones, then the highest. Deflated scores take 27 % fewer bytes so than as float32. In NumPy, for such an
 * array `a` of shape [3, count]: `(a[0] + 256.0 * a[1] + 65536.0 * a[2]) / 1e6`.
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

/** Whether an array has the type and shape of packed numbers. */
export const isPacked = ({ type, shape }: NpyArray): boolean =>
  type === "u1" && shape.length === 2 && shape[0] === BYTES;

/** The numbers of `packNumbers`. */
export const unpackNumbers = ({ shape, data }: NpyArray): number[] => {
  const length = shape[1]!;
  return Array.from({ length }, (_, k) => {
    let units = 0;
    for (let byte = BYTES - 1; byte >= 0; byte--) units = 256 * units + Number(data[byte * length + k]);
    return units / UNITS;
  });
};
