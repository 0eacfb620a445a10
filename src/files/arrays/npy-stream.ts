/** Arrays in NumPy's .npy format whose bytes come piece by piece. */

import { DataError } from "../../errors.ts";
import { checkLength } from "./npy.ts";
import { headerEnd, type NpyHeader, npyRemedy, prefixBytes, readNpyHeader } from "./npy-header.ts";
import { pieceReader } from "./piece-reader.ts";

/** Bytes of a file that come piece by piece. */
export interface PiecesOfFile {
  /** Name in errors. */
  readonly name: string;
  /** Bytes of all pieces together. */
  readonly size: number;
  readonly pieces: AsyncIterable<Uint8Array>;
}

/** An .npy file whose header has been read. */
export interface NpyStream {
  readonly name: string;
  readonly header: NpyHeader;
  /**
   * The bytes of the next `count` records, memory of the caller's; fewer only behind the last one. Throws DataError
   * where the pieces end too early, and what they themselves throw.
   */
  readonly read: (count: number) => Promise<Uint8Array>;
  /** Stops the pieces where the rest is not wanted. */
  readonly close: () => Promise<void>;
}

/** Reads the header. Throws DataError where it is damaged or promises more or less than `size` bytes. */
export const openNpy = async ({ name, size, pieces }: PiecesOfFile): Promise<NpyStream> => {
  const reader = pieceReader(pieces);
  try {
    const prefix = await reader.read(prefixBytes);
    const rest = await reader.read(headerEnd(prefix, name) - prefix.length);
    const start = new Uint8Array(prefix.length + rest.length);
    start.set(prefix);
    start.set(rest, prefix.length);
    const header = readNpyHeader(start, name);
    checkLength(header, size, name);
    const { recordBytes } = header;
    const read = async (count: number): Promise<Uint8Array> => {
      const wanted = Math.min(count * recordBytes, size - reader.position());
      const records = await reader.read(wanted);
      // Behind the last record whoever makes the pieces may still check them: a checksum.
      if (records.length < wanted || reader.position() === size) await expectEnd(records.length - wanted);
      return records;
    };
    const expectEnd = async (missing: number): Promise<void> => {
      if (missing === 0 && (await reader.read(1)).length === 0) return;
      throw new DataError(
        { file: name, offset: reader.position() },
        {
          given: missing ? "the end of the data" : "more data",
          expected: `${size} bytes`,
          remedy: npyRemedy,
        },
      );
    };
    return { name, header, read, close: reader.close };
  } catch (error) {
    await reader.close();
    throw error;
  }
};
