/**
 * Chunks of HDF5 datasets as h5py compresses them with LZF, its filter 32000, which the HDF5 library does not have: the
 * rows' bytes, shuffled if so stated (first byte of every row, then second byte of every row, ..), compressed, and
 * behind them the four bytes of a checksum if so stated.
 */

import type { Refuse } from "../../files/compression/damage.ts";
import { decodeLzf } from "../../files/compression/lzf.ts";

export interface LzfChunks {
  /** Rows of a chunk. */
  readonly rows: number;
  readonly isShuffled: boolean;
  readonly hasSum: boolean;
}

const sumBytes = 4;

/** The rows, of `bytes` each, of the chunk that is stored as `stored`. Calls `refuse` where it is damaged. */
export const decodeLzfChunk = (
  stored: Uint8Array,
  { rows, isShuffled, hasSum }: LzfChunks,
  bytes: number,
  refuse: Refuse,
): Uint8Array => {
  const block = stored.subarray(0, stored.length - (hasSum ? sumBytes : 0));
  const contents = decodeLzf(block, rows * bytes, refuse);
  return isShuffled ? unshuffled(contents, rows, bytes) : contents;
};

const unshuffled = (planes: Uint8Array, rows: number, bytes: number): Uint8Array => {
  const contents = new Uint8Array(planes.length);
  for (let k = 0; k < bytes; k++)
    for (let row = 0; row < rows; row++) contents[row * bytes + k] = planes[k * rows + row]!;
  return contents;
};
