/** Writes NumPy's .npy format, version 1: plain arrays, and columns as an array of records. */

import { DataError } from "../../errors.ts";
import { isLittleEndian } from "./byte-order.ts";
import { type Elements, type ElementType, sizeOfType } from "./element-type.ts";
import type { NpyArray, NpyColumns } from "./npy.ts";

/** The .npy file of an array. Throws DataError where its shape, type and elements do not fit each other. */
export const encodeNpy = (array: NpyArray): Uint8Array =>
  Buffer.concat([npyHeader(array), elementBytes(array)]);

/** Header of an .npy file. */
export const npyHeader = ({ type, shape }: NpyKind): Uint8Array => headerOf(`'${typeName(type)}'`, shape);

export type NpyKind = Pick<NpyArray, "type" | "shape">;

/** The bytes of all elements, a view of their memory. Throws DataError where they do not fit the type and shape. */
const elementBytes = ({ data, ...kind }: NpyArray): Uint8Array => {
  if (countOf(kind) !== data.length || data.BYTES_PER_ELEMENT !== sizeOfType(kind.type))
    throw misfit(kind, data.length, data.BYTES_PER_ELEMENT);
  return bytesOf(data);
};

/** Number of elements of an array. */
export const countOf = ({ shape }: Pick<NpyArray, "shape">): number =>
  shape.reduce((product, side) => product * side, 1);

/** The error for elements that do not fit the array. */
export const misfit = ({ type, shape }: NpyKind, count: number, bytes: number): DataError =>
  new DataError("writing an .npy array", {
    given: `${count} elements of ${bytes} bytes`,
    expected: `${countOf({ shape })} of type ${type} for the shape (${shape.join(", ")})`,
    remedy: "Correct the type or the shape.",
  });

/** Elements as bytes in this machine's order: a view of their memory. */
export const bytesOf = ({ buffer, byteOffset, byteLength }: Elements): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/**
 * The .npy file of an array of records, which has `columns` as its fields, all of one shape. Throws DataError if not.
 */
export const encodeNpyColumns = (columns: NpyColumns): Uint8Array => {
  const fields = [...columns];
  const [[, { shape }]] = fields as [[string, NpyArray]];
  const widths = fields.map(([, { type }]) => sizeOfType(type));
  const stride = widths.reduce((sum, width) => sum + width, 0);
  const descr = fields.map(([name, { type }]) => `(${quoted(name)}, '${typeName(type)}')`).join(", ");
  const records = new Uint8Array(countOf({ shape }) * stride);
  let offset = 0;
  fields.forEach(([, column], k) => {
    scatter(elementBytes({ ...column, shape }), records, { offset, stride, width: widths[k]! });
    offset += widths[k]!;
  });
  return Buffer.concat([headerOf(`[${descr}]`, shape), records]);
};

const scatter = (
  bytes: Uint8Array,
  records: Uint8Array,
  { offset, stride, width }: { offset: number; stride: number; width: number },
): void => {
  for (let from = 0, to = offset; from < bytes.length; from += width, to += stride) {
    for (let k = 0; k < width; k++) records[to + k] = bytes[from + k]!;
  }
};

/** The text is padded so that the elements begin at a whole multiple of 64 bytes. */
const headerOf = (descr: string, shape: readonly number[]): Uint8Array => {
  // A tuple of one needs its comma.
  const tuple = `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;
  const text = `{'descr': ${descr}, 'fortran_order': False, 'shape': ${tuple}, }`;
  const length = Math.ceil((10 + text.length + 1) / 64) * 64;
  const header = Buffer.alloc(length, " ");
  header.write("\x93NUMPY\x01\x00", "latin1");
  header.writeUInt16LE(length - 10, 8);
  header.write(text, 10, "latin1");
  header.write("\n", length - 1);
  return header;
};

const typeName = (type: ElementType): string => {
  const order = sizeOfType(type) === 1 ? "|" : isLittleEndian ? "<" : ">";
  return `${order}${type}`;
};

const quoted = (name: string): string => `'${name.replace(/[\\']/g, "\\$&")}'`;
