/** Types of an array's elements: their NumPy names, their sizes, and their values out of bytes of either order. */

import { isLittleEndian } from "./byte-order.ts";

/** Values of elements. Booleans are 0 and 1, 64-bit whole numbers bigint. */
export type Elements =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Float64Array;

interface ElementsConstructor {
  new (count: number): Elements;
  new (memory: ArrayBufferLike, offset: number, count: number): Elements;
}

/** Typed arrays that hold the elements of each type. */
const constructors = {
  b1: Uint8Array,
  i1: Int8Array,
  u1: Uint8Array,
  i2: Int16Array,
  u2: Uint16Array,
  i4: Int32Array,
  u4: Uint32Array,
  i8: BigInt64Array,
  u8: BigUint64Array,
  f2: Uint16Array,
  f4: Float32Array,
  f8: Float64Array,
} satisfies Record<string, ElementsConstructor>;

/** NumPy's name without its byte order: b boolean, i and u whole numbers, f floating point, and the size in bytes. */
export type ElementType = keyof typeof constructors;

export const isElementType = (name: string): name is ElementType => Object.hasOwn(constructors, name);

/** Bytes of one element. */
export const sizeOfType = (type: ElementType): number => Number(type[1]);

/** The type that values of `type` have once they are read: f2 is widened to f4. */
export const heldAs = (type: ElementType): ElementType => (type === "f2" ? "f4" : type);

/** The elements as numbers: 64-bit whole numbers are rounded to multiples of a power of 2 from 2^53 on. */
export const numbersOf = (elements: Elements): Exclude<Elements, BigInt64Array | BigUint64Array> => {
  if (!(elements instanceof BigInt64Array || elements instanceof BigUint64Array)) return elements;
  // Without a bigint for each, in a tenth of the time.
  const { buffer, byteOffset, length } = elements;
  if (length === 0) return new Float64Array(0);
  const words = 2 * length - 1;
  const [lowAt, highAt] = isLittleEndian ? [byteOffset, byteOffset + 4] : [byteOffset + 4, byteOffset];
  const low = new Uint32Array(buffer, lowAt, words);
  const isSigned = elements instanceof BigInt64Array;
  const high = isSigned ? new Int32Array(buffer, highAt, words) : new Uint32Array(buffer, highAt, words);
  const numbers = new Float64Array(length);
  for (let i = 0; i < length; i++) numbers[i] = high[2 * i]! * 2 ** 32 + low[2 * i]!;
  return numbers;
};

/** Position of equally spaced elements: `offset` and `stride` in bytes. */
export interface Layout {
  readonly type: ElementType;
  readonly littleEndian: boolean;
  readonly offset: number;
  readonly stride: number;
  readonly count: number;
}

/**
 * The elements at `layout` in `bytes`, copied: aligned, in this machine's order, and the caller's to keep. The layout
 * must lie within the bytes (RangeError otherwise).
 */
export const readElements = (bytes: Uint8Array, layout: Layout): Elements => {
  const { type, littleEndian, offset, stride, count } = layout;
  const size = sizeOfType(type);
  if (count > 0 && offset + (count - 1) * stride + size > bytes.length)
    throw new RangeError("past the bytes");
  const packed = new Uint8Array(count * size);
  if (stride === size) packed.set(bytes.subarray(offset, offset + packed.length));
  else gather(bytes, packed, layout);
  return adoptElements(packed, type, littleEndian);
};

/** The elements that `packed` consists of, without a copy: memory of its own, which becomes theirs. */
export const adoptElements = (packed: Uint8Array, type: ElementType, littleEndian: boolean): Elements => {
  const size = sizeOfType(type);
  if (littleEndian !== isLittleEndian) swap(packed, size);
  const Type: ElementsConstructor = constructors[type];
  const elements = new Type(packed.buffer, packed.byteOffset, packed.length / size);
  return type === "f2" ? Float32Array.from(elements as Uint16Array, fromHalf) : elements;
};

const gather = (bytes: Uint8Array, packed: Uint8Array, { type, offset, stride }: Layout): void => {
  const size = sizeOfType(type);
  for (let to = 0, from = offset; to < packed.length; to += size, from += stride) {
    for (let k = 0; k < size; k++) packed[to + k] = bytes[from + k]!;
  }
};

const swap = (packed: Uint8Array, size: number): void => {
  for (let start = 0; start < packed.length; start += size) {
    for (let low = start, high = start + size - 1; low < high; low++, high--) {
      const byte = packed[low]!;
      packed[low] = packed[high]!;
      packed[high] = byte;
    }
  }
};

/** IEEE 754 binary16: sign, 5 bits of exponent, 10 of fraction. */
const fromHalf = (bits: number): number => {
  const sign = bits >> 15 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
};
