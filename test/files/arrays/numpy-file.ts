/** The .npy format as NumPy's documentation describes it (numpy.lib.format), written for tests. */

import { readFile } from "node:fs/promises";
import {
  arrayOf,
  checkLength,
  columnsOf,
  type NpyArray,
  type NpyColumns,
} from "../../../src/files/arrays/npy.ts";
import { type NpyHeader, readNpyHeader } from "../../../src/files/arrays/npy-header.ts";

export interface NumpyFile {
  /** The header's text as it stands in the file. */
  readonly text: string;
  readonly data: Uint8Array;
  readonly version?: 1 | 2 | 3;
}

export const numpyFile = ({ text, data, version = 1 }: NumpyFile): Uint8Array => {
  const encoded = Buffer.from(`${text}\n`, version === 3 ? "utf8" : "latin1");
  const length = Buffer.alloc(version === 1 ? 2 : 4);
  length.writeUIntLE(encoded.length, 0, length.length);
  return Buffer.concat([
    Buffer.from([0x93]),
    Buffer.from("NUMPY"),
    Buffer.of(version, 0),
    length,
    encoded,
    data,
  ]);
};

export const headerText = (descr: string, shape: string, fortran = "False"): string =>
  `{'descr': ${descr}, 'fortran_order': ${fortran}, 'shape': ${shape}, }`;

/** A file that NumPy itself wrote (test/fixtures/numpy/make.py). */
export const numpyFixture = async (name: string): Promise<Uint8Array> =>
  readFile(new URL(`../../fixtures/numpy/${name}`, import.meta.url));

const decodeWith =
  <T>(decode: (header: NpyHeader, elements: Uint8Array, file: string) => T) =>
  (bytes: Uint8Array, file: string): T => {
    const header = readNpyHeader(bytes, file);
    checkLength(header, bytes.length, file);
    return decode(header, new Uint8Array(bytes.subarray(header.dataStart)), file);
  };

/** The plain array of the whole .npy file `bytes`, and the columns of an array of records. */
export const decodeNpy: (bytes: Uint8Array, file: string) => NpyArray = decodeWith(arrayOf);
export const decodeNpyColumns: (bytes: Uint8Array, file: string) => NpyColumns = decodeWith(columnsOf);
