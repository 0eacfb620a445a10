/**
 * The IDX format of the MNIST files: two zero bytes, a type code, the number of dimensions, each dimension as a
 * big-endian u32, then the elements in row-major order (http://yann.lecun.com/exdb/mnist). Only unsigned bytes here.
 */

import { DataError } from "../../errors.ts";

export interface IdxArray {
  readonly dims: readonly number[];
  /** A view of the decoded bytes, row-major. */
  readonly data: Uint8Array;
}

const unsignedByte = 0x08;
const kinds: Readonly<Record<number, string>> = {
  1: "labels (IDX, 1 dimension)",
  3: "images (IDX, 3 dimensions)",
};

/** Bytes of an IDX header with `rank` dimensions. */
export const headerBytes = (rank: number): number => 4 + 4 * rank;

/**
 * Reads the header that `bytes` start with. `source` names the file in errors, `rank` is the number of dimensions
 * wanted: 1 for labels, 3 for images. Returns the dimensions, each at least 1, and the bytes that the whole file must
 * have. Throws DataError where the header is short, no IDX, of another element type or rank, or empty.
 */
export const readHeader = (
  bytes: Uint8Array,
  source: string,
  rank: number,
): { readonly dims: readonly number[]; readonly length: number } => {
  const wanted = kinds[rank] ?? `an IDX array of ${rank} dimensions`;
  const fail = (offset: number, given: string, expected: string, remedy = mend): never => {
    throw new DataError({ file: source, offset }, { given, expected, remedy });
  };
  const [zero0, zero1, type, found] = bytes;
  if (bytes.length < 4)
    fail(bytes.length, "the end of the data", `an IDX header of ${headerBytes(rank)} bytes`);
  if (zero0 !== 0 || zero1 !== 0)
    fail(0, hex(bytes.subarray(0, 4)), `the bytes 00 00 08 0${rank} of ${wanted}`);
  if (type !== unsignedByte) fail(2, `IDX element type ${hex([type!])}`, "08, unsigned bytes");
  if (found !== rank) {
    fail(3, kinds[found!] ?? `an IDX array of ${found} dimensions`, wanted, "Check which file is which.");
  }
  if (bytes.length < headerBytes(rank)) {
    fail(bytes.length, "the end of the data", `an IDX header of ${headerBytes(rank)} bytes`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const dims = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  const empty = dims.indexOf(0);
  if (empty >= 0) fail(4 + 4 * empty, `dimensions ${dims.join(" x ")}`, "each at least 1");
  return { dims, length: dims.reduce((product, n) => product * n, 1) + headerBytes(rank) };
};

/** Remedy for a damaged file. */
export const mend =
  "The file is damaged or of another format: fetch it again (`nsm data fetch`) or give another folder.";

/** Decodes a whole, uncompressed IDX file. As `readHeader`, and throws DataError unless the length is exact. */
export const decodeIdx = (bytes: Uint8Array, source: string, rank: number): IdxArray => {
  const { dims, length } = readHeader(bytes, source, rank);
  if (bytes.length !== length) {
    throw new DataError(
      { file: source, offset: Math.min(bytes.length, length) },
      {
        given: bytes.length < length ? `the end of the data` : `${bytes.length - length} bytes too many`,
        expected: `${length} bytes for dimensions ${dims.join(" x ")}`,
        remedy: mend,
      },
    );
  }
  const start = headerBytes(rank);
  // A plain view even if `bytes` is a Buffer, whose slice() and toString() differ from Uint8Array's.
  return { dims, data: new Uint8Array(bytes.buffer, bytes.byteOffset + start, length - start) };
};

/** The IDX file of `data`, unsigned bytes in row-major order. Throws DataError unless the dimensions' product fits. */
export const encodeIdx = ({ dims, data }: IdxArray): Uint8Array => {
  const size = dims.reduce((product, n) => product * n, 1);
  if (size !== data.length || dims.some((n) => !Number.isInteger(n) || n < 0 || n > 0xffffffff)) {
    throw new DataError("writing an IDX array", {
      given: `dimensions ${dims.join(" x ")} with ${data.length} elements`,
      expected: "whole dimensions whose product is the number of elements",
      remedy: "Correct the dimensions.",
    });
  }
  const start = headerBytes(dims.length);
  const bytes = new Uint8Array(start + data.length);
  bytes.set([0, 0, unsignedByte, dims.length]);
  const view = new DataView(bytes.buffer);
  dims.forEach((n, axis) => {
    view.setUint32(4 + 4 * axis, n);
  });
  bytes.set(data, start);
  return bytes;
};

const hex = (bytes: Iterable<number>): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
