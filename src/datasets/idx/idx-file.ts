/** IDX files on disk, gzip-compressed or not. Node only. */

import { promisify } from "node:util";
import { constants, gunzip, gunzipSync } from "node:zlib";
import { DataError } from "../../errors.ts";
import { grouped } from "../../grouped.ts";
import { readWhole } from "../../storage/files.ts";
import { sha256 } from "../../storage/sha256.ts";
import { decodeIdx, headerBytes, type IdxArray, mend, readHeader } from "./idx.ts";

/** A decoded IDX file; `sha256` (hex) and `bytes` are those of its uncompressed contents. */
export interface IdxFile extends IdxArray {
  readonly path: string;
  readonly sha256: string;
  /** Checksum of the file as it is stored, which some publishers state. */
  readonly storedSha256: string;
  readonly bytes: number;
}

/** Most bytes that Node reads at once. */
const largest = 2 ** 31 - 1;
/** No deflate stream holds more than this many bytes a byte (RFC 1951: 258 bytes from 2 bits). */
const deflateRatio = 1032;

/**
 * Reads the IDX file at `path`; its first bytes, not its name, decide whether it is compressed.
 * `rank`: 1 for labels, 3 for images. Memory is bounded by what the header promises, and a header that promises more
 * than the file can hold is refused before. Throws StorageError if the file cannot be read, DataError (with the byte
 * of the uncompressed contents) if it is not exactly one IDX array of unsigned bytes.
 */
export const readIdx = async (path: string, rank: 1 | 3): Promise<IdxFile> => {
  const stored = await readWhole(path, largest);
  const contents = stored[0] === 0x1f && stored[1] === 0x8b ? await decompress(stored, path, rank) : stored;
  const array = decodeIdx(contents, path, rank);
  return {
    ...array,
    path,
    sha256: sha256(contents),
    storedSha256: sha256(stored),
    bytes: contents.length,
  };
};

const decompress = async (stored: Uint8Array, path: string, rank: number): Promise<Uint8Array> => {
  const { length } = readHeader(peek(stored, path), path, rank);
  const most = stored.length * deflateRatio;
  if (length > most) {
    throw new DataError(
      { file: path, offset: 4 },
      {
        given: `a header that promises ${length} bytes`,
        expected: `at most ${most}, what ${stored.length} compressed bytes can hold`,
        remedy: mend,
      },
    );
  }
  if (length > largest)
    throw new DataError(
      { file: path, offset: 4 },
      {
        given: `a header that promises ${grouped(length)} bytes`,
        expected: `at most ${grouped(largest)} bytes uncompressed, the most that is read of an IDX file`,
        remedy: "Split the images, or write them as train.npz and test.npz with arrays x and y.",
      },
    );
  try {
    return await promisify(gunzip)(stored, { maxOutputLength: length, chunkSize: 1 << 20 });
  } catch (cause) {
    const tooLong = (cause as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE";
    throw tooLong
      ? new DataError(
          { file: path, offset: length },
          { given: "more data", expected: `an end after ${length} bytes, as the header says`, remedy: mend },
          cause,
        )
      : gzipError(path, cause);
  }
};

/** The header of the compressed file, from its first bytes only. */
const peek = (stored: Uint8Array, path: string): Uint8Array => {
  try {
    const start = gunzipSync(stored.subarray(0, 4096), { finishFlush: constants.Z_SYNC_FLUSH });
    return start.subarray(0, headerBytes(3));
  } catch (cause) {
    throw gzipError(path, cause);
  }
};

const gzipError = (path: string, cause: unknown): DataError => {
  const given = `a damaged gzip file (${(cause as Error).message})`;
  return new DataError({ file: path }, { given, expected: "a whole gzip file", remedy: mend }, cause);
};
