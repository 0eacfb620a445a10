/** NumPy arrays in pickles: the calls that numpy's __reduce__ and __reduce_ex__ ask for. */

import { isCall, isGlobal, latin1, type Pickled, type PickledCall } from "./pickle-machine.ts";

/** An array of unsigned bytes, row-major. */
export interface PickledArray {
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

/** The array that `value` is; undefined if it is none, not of unsigned bytes, not row-major, or of another size. */
export const pickledArray = (value: Pickled | undefined): PickledArray | undefined => {
  const parts = reconstructed(value) ?? fromBuffer(value);
  if (!parts) return undefined;
  const [shape, type, isColumnMajor, raw] = parts;
  if (!isShape(shape) || !isUnsignedByte(type) || isColumnMajor || !(raw instanceof Uint8Array))
    return undefined;
  const size = shape.reduce((product, n) => product * n, 1);
  return size === raw.length ? { shape, data: raw } : undefined;
};

/** Text, which Python 2 kept in bytes. */
export const pickledText = (value: Pickled | undefined): string | undefined =>
  value instanceof Uint8Array ? latin1(value) : typeof value === "string" ? value : undefined;

/** `value` if it is a call of any of `names`. */
const callOf = (value: Pickled | undefined, ...names: readonly string[]): PickledCall | undefined =>
  isCall(value) && isGlobal(value.callee, ...names) ? value : undefined;

type Parts = readonly [shape: Pickled, type: Pickled, isColumnMajor: Pickled, raw: Pickled];

/** _reconstruct(type, shape, letter), then the state (1, shape, dtype, is column-major, bytes). */
const reconstructed = (value: Pickled | undefined): Parts | undefined => {
  const call = callOf(value, "numpy.core.multiarray._reconstruct", "numpy._core.multiarray._reconstruct");
  if (!call || !Array.isArray(call.state) || call.state.length !== 5) return undefined;
  return call.state.slice(1) as unknown as Parts;
};

/** Array of protocol 5 and later: _frombuffer(bytes, dtype, shape, order). */
const fromBuffer = (value: Pickled | undefined): Parts | undefined => {
  const call = callOf(value, "numpy.core.numeric._frombuffer", "numpy._core.numeric._frombuffer");
  if (!call || !Array.isArray(call.args) || call.args.length !== 4) return undefined;
  const [raw, type, shape, order] = call.args as [Pickled, Pickled, Pickled, Pickled];
  return [shape, type, pickledText(order) !== "C", raw];
};

/** dtype("u1", ..), whose state says nothing more of a single byte. */
const isUnsignedByte = (type: Pickled): boolean => {
  const args = callOf(type, "numpy.dtype")?.args;
  return Array.isArray(args) && pickledText(args[0]) === "u1";
};

const isShape = (value: Pickled): value is number[] =>
  Array.isArray(value) && value.every((n) => typeof n === "number" && n >= 0);
