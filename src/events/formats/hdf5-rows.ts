/**
 * Rows of HDF5 datasets, in the thread that has the library.
 *
 * The library hands out no chunks as they are stored. But it reads a chunk's bytes at one go right before it finds that
 * it lacks the filter LZF: that last read is where the chunk is, and it is decoded here.
 */

import { lastRead, library, readAgain, said } from "./hdf5-library.ts";
import { decodeLzfChunk, type LzfChunks } from "./hdf5-lzf.ts";
import type { RowsPlace, RowsRequest } from "./hdf5-requests.ts";

/** `offset`: the byte of the file where the damage shows. */
export class DamagedChunk extends Error {
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** The rows requested; undefined where the library fails. Throws DamagedChunk. */
export const readRows = (
  file: bigint,
  { datasets, start, count }: RowsRequest,
): { rows: Uint8Array[] } | undefined => {
  const rows: Uint8Array[] = [];
  for (const dataset of datasets) {
    const found = (dataset.lzf ? lzfRows : storedRows)(file, dataset, start, count);
    if (!found) return undefined;
    rows.push(found);
  }
  return { rows };
};

/** Rows as the library reads them; undefined where it fails. */
const storedRows = (
  file: bigint,
  { path, bytes, width }: RowsPlace,
  start: number,
  count: number,
): Uint8Array | undefined => {
  const length = width === 0 ? bytes : count * bytes;
  const memory = library._malloc(length);
  if (memory === 0) return undefined;
  try {
    const [selected, from, step] = selection(width, start, count);
    if (library.get_dataset_data(file, path, selected!, from!, step!, BigInt(memory)) < 0) return undefined;
    return library.HEAPU8.slice(memory, memory + length);
  } finally {
    library._free(memory);
  }
};

/** Counts, starts and steps of rows, for each dimension; null for the whole of a dataset without dimensions. */
const selection = (width: number, start: number, count: number): (bigint[] | null)[] => {
  if (width === 0) return [null, null, null];
  const rest = width === 1 ? [] : [BigInt(width)];
  return [
    [BigInt(count), ...rest],
    [BigInt(start), ...rest.map(() => 0n)],
    [1n, ...rest.map(() => 1n)],
  ];
};

/** Chunk by chunk: those that LZF did not make smaller are stored as they are, and the library reads them. */
const lzfRows = (file: bigint, dataset: RowsPlace, start: number, count: number): Uint8Array | undefined => {
  const { bytes, lzf } = dataset;
  const rows = new Uint8Array(count * bytes);
  for (let at = start; at < start + count; ) {
    const within = at % lzf!.rows;
    const some = Math.min(lzf!.rows - within, start + count - at);
    said.text = "";
    let part = storedRows(file, dataset, at, some);
    if (!part && !/required filter .* is not registered/.test(said.text)) return undefined;
    part ??= lastChunk(lzf!, bytes).subarray(within * bytes, (within + some) * bytes);
    rows.set(part, (at - start) * bytes);
    at += some;
  }
  return rows;
};

/** The rows of the chunk that the library has just failed on. */
const lastChunk = (lzf: LzfChunks, bytes: number): Uint8Array => {
  const { position } = lastRead;
  return decodeLzfChunk(readAgain(), lzf, bytes, (offset, given, expected) => {
    throw new DamagedChunk(`an LZF chunk with ${given} in place of ${expected}`, position + offset);
  });
};
