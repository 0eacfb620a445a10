/** Which datasets of HDF5 files are read: those whose rows take no more time and memory than their file justifies. */

import { DataError } from "../../../errors.ts";
import type { ByteSource } from "../../byte-source.ts";
import type { ColumnPlace } from "./hdf5-layout.ts";

/** The library's numbers of filters. */
const deflate = 1;
const read: readonly number[] = [deflate, 2, 3];
/** No deflate stream holds more than this many bytes a byte (RFC 1951: 258 bytes from 2 bits). */
const deflateRatio = 1032;
/** A chunk is read as a whole. */
const longestChunk = 1 << 26;

/** Throws DataError unless the dataset has one dimension of numbers, `rows` of them, stored in a way that is read. */
export function checkDataset(source: ByteSource, { path, dataset, type }: ColumnPlace, rows: number): void {
  const file = `${source.name}${path}`;
  const refuse = (given: string, expected: string, remedy = "Check that this is the file meant."): never => {
    throw new DataError({ file }, { given, expected, remedy });
  };
  if (type === undefined)
    refuse("values of another type", "whole numbers, floating-point numbers or booleans");
  const { shape, chunks, filters, size } = dataset;
  if (shape?.length !== 1) refuse(`${shape?.length ?? 0} dimensions`, "one");
  if (shape![0] !== rows) refuse(`${shape![0]} values`, `${rows}, as there are times`);
  if (dataset.virtual_sources?.length) refuse("values that are in other files", "values in this file");
  const unread = filters.find(({ id }) => !read.includes(id));
  if (unread)
    refuse(
      `compression by filter ${unread.id}${unread.name && ` (${unread.name})`}`,
      "gzip, or none",
      "Write it again with gzip or without compression: h5repack -f GZIP=4, or Tonic's DiskCachedDataset with compress=False.",
    );
  const chunkBytes = (chunks?.[0] ?? 0) * size;
  if (chunkBytes > longestChunk) refuse(`chunks of ${chunkBytes} bytes`, `at most ${longestChunk}`);
  const most = source.size * (filters.some(({ id }) => id === deflate) ? deflateRatio : 1);
  if (rows * size > most)
    refuse(`a promise of ${rows * size} bytes`, `at most ${most}, what the file can hold`);
}
