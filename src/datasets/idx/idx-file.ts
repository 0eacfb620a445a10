/** IDX files on disk, gzip-compressed or not. Node only. */

import { promisify } from "node:util";
import { constants, gunzip, gunzipSync } from "node:zlib";
import { readWhole } from "../../storage/files.ts";
import { sha256 } from "../../storage/sha256.ts";
import { decodeIdx, headerBytes, type IdxArray, readHeader } from "./idx.ts";
import { LARGEST, refuseDamage, refuseMore, requirePossible } from "./idx-gzip.ts";

/** A decoded IDX file; `sha256` (hex) and `bytes` are those of its uncompressed contents. */
export interface IdxFile extends IdxArray {
  readonly path: string;
  readonly sha256: string;
  /** Checksum of the file as it is stored, which some publishers state. */
  readonly storedSha256: string;
  readonly bytes: number;
}

/**
 * Reads the IDX file at `path`; its first bytes, not its name, decide whether it is compressed.
 * `rank`: 1 for labels, 3 for images. Memory is bounded by what the header promises, and a header that promises more
 * than the file can hold is refused before. Throws StorageError if the file cannot be read, DataError (with the byte
 * of the uncompressed contents) if it is not exactly one IDX array of unsigned bytes.
 */
export const readIdx = async (path: string, rank: 1 | 3): Promise<IdxFile> => {
  const stored = await readWhole(path, LARGEST);
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
  requirePossible(path, length, stored.length);
  try {
    return await promisify(gunzip)(stored, { maxOutputLength: length, chunkSize: 1 << 20 });
  } catch (cause) {
    const isTooLong = (cause as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE";
    return isTooLong ? refuseMore(path, length, cause) : refuseDamage(path, cause);
  }
};

/** The header of the compressed file, from its first bytes only. */
const peek = (stored: Uint8Array, path: string): Uint8Array => {
  try {
    const start = gunzipSync(stored.subarray(0, 4096), { finishFlush: constants.Z_SYNC_FLUSH });
    return start.subarray(0, headerBytes(3));
  } catch (cause) {
    return refuseDamage(path, cause);
  }
};
