/** NumPy's .npz files: zip archives with an .npy file for each array. Node only. */

import { DataError } from "../../errors.ts";
import { zipMembers } from "../archives/zip-members.ts";
import type { ByteSource } from "../byte-source.ts";
import { arrayOf, columnsOf, type NpyArray, type NpyColumns } from "./npy.ts";
import { type NpyStream, openNpy } from "./npy-stream.ts";

export interface Npz {
  /** What errors call it. */
  readonly name: string;
  /** Of the arrays, without ".npy". */
  readonly names: readonly string[];
  /**
   * These throw DataError where there is no such array, and where its file is damaged, with the byte of its
   * uncompressed contents: `open` reads its header only, `read` a whole plain array, `readColumns` one of records.
   */
  readonly open: (array: string) => Promise<NpyStream>;
  readonly read: (array: string) => Promise<NpyArray>;
  readonly readColumns: (array: string) => Promise<NpyColumns>;
}

/** What one block of memory can hold. */
const largest = 2 ** 32;
const ending = ".npy";

/** The arrays in `source`. Throws DataError unless it is a whole zip archive (zip-members.ts). */
export async function openNpz(source: ByteSource): Promise<Npz> {
  const members = await zipMembers(source);
  const names = [...members.keys()]
    .filter((name) => name.endsWith(ending))
    .map((name) => name.slice(0, -ending.length));
  const open = async (array: string): Promise<NpyStream> => {
    const member = members.get(array + ending);
    if (member) return openNpy({ ...member, pieces: member.pieces() });
    throw new DataError(
      { file: source.name },
      {
        given: `the arrays ${names.join(", ") || "(none)"}`,
        expected: `an array called ${array}`,
        remedy: "Check that this is the file meant.",
      },
    );
  };
  return {
    name: source.name,
    names,
    open,
    read: async (array) => readAll(await open(array), arrayOf),
    readColumns: async (array) => readAll(await open(array), columnsOf),
  };
}

async function readAll<T>(
  { name, header, read, close }: NpyStream,
  decode: (header: NpyStream["header"], elements: Uint8Array, file: string) => T,
): Promise<T> {
  try {
    const { count, recordBytes } = header;
    if (count * recordBytes > largest) {
      throw new DataError(
        { file: name },
        {
          given: `${count * recordBytes} bytes`,
          expected: `at most ${largest}`,
          remedy: "Split it into smaller files.",
        },
      );
    }
    return decode(header, await read(count), name);
  } finally {
    await close();
  }
}
