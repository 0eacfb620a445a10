/**
 * Elements of NumPy's .npy format, behind the header: plain arrays, and structured ones (an array of records),
 * which are read as columns. npy-stream.ts reads files.
 */

import { DataError } from "../../errors.ts";
import { adoptElements, type Elements, type ElementType, heldAs, readElements } from "./element-type.ts";
import { type NpyHeader, npyRemedy } from "./npy-header.ts";
import { rowMajor } from "./row-major.ts";

export interface NpyArray {
  readonly type: ElementType;
  readonly shape: readonly number[];
  /** Row-major, as many as the product of the shape. */
  readonly data: Elements;
}

/** The fields of an array of records, each an array of the records' shape. */
export type NpyColumns = ReadonlyMap<string, NpyArray>;

/** Throws DataError unless a file of `length` bytes is exactly what its header promises. */
export const checkLength = (
  { dataStart, count, recordBytes, shape }: NpyHeader,
  length: number,
  file: string,
): void => {
  const expected = dataStart + count * recordBytes;
  if (length === expected) return;
  throw new DataError(
    { file, offset: Math.min(length, expected) },
    {
      given: length < expected ? "the end of the data" : `${length - expected} bytes too many`,
      expected: `${expected} bytes for an array of shape (${shape.join(", ")})`,
      remedy: npyRemedy,
    },
  );
};

/** The plain array of `header` whose elements are `packed`, memory that becomes the array's. */
export const arrayOf = (header: NpyHeader, packed: Uint8Array, file: string): NpyArray => {
  const [field] = header.fields;
  if (field?.name !== undefined) throw otherKind(file, "an array of records", "a plain array");
  const { type, littleEndian } = field!;
  const data = adoptElements(packed, type, littleEndian);
  return {
    type: heldAs(type),
    shape: header.shape,
    data: header.fortranOrder ? rowMajor(data, header.shape) : data,
  };
};

/** The columns of an array of records: `bytes` hold whole records as `header` describes them. */
export const columnsOf = (header: NpyHeader, bytes: Uint8Array, file: string): NpyColumns => {
  const { fields, shape, fortranOrder, recordBytes: stride, count } = header;
  if (fields[0]!.name === undefined) throw otherKind(file, "a plain array", "an array of records");
  return new Map(
    fields.map(({ name, ...field }) => {
      const data = readElements(bytes, { ...field, stride, count });
      return [name!, { type: heldAs(field.type), shape, data: fortranOrder ? rowMajor(data, shape) : data }];
    }),
  );
};

const otherKind = (file: string, given: string, expected: string): DataError =>
  new DataError({ file, offset: 10 }, { given, expected, remedy: "Check which file is which." });
