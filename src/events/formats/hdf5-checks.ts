/** Checks that the rows of a dataset in an HDF5 file take no more time and memory than its size justifies. */

import { DataError } from "../../errors.ts";
import type { ByteSource } from "../../files/byte-source.ts";
import { lzfRatio } from "../../files/compression/lzf.ts";
import type { ColumnPlace } from "./hdf5-layout.ts";
import type { LzfChunks } from "./hdf5-lzf.ts";
import type { Dataset } from "./hdf5-requests.ts";

/** Numbers of filters, as the HDF Group registers them. */
const [deflate, shuffle, fletcher32] = [1, 2, 3];
const ofLibrary: readonly number[] = [deflate, shuffle, fletcher32];
/** Filters that publishers of events use and that are not available. */
const unread: Readonly<Record<number, string>> = {
  32001: "Blosc",
  32026: "Blosc2",
  36559: "Metavision's ECF",
};
/** No deflate stream holds more than this many bytes a byte (RFC 1951: 258 bytes from 2 bits). */
const deflateRatio = 1032;
/** A chunk is read as a whole, of every column: longer ones than h5py makes are refused (1 MiB, so 2^20 rows). */
const longestChunk = { rows: 1 << 20, bytes: 1 << 26 };
/** Longest record, in bytes; those of events take less than a hundred. */
const longestRow = 1 << 12;

/** Throws DataError unless the dataset has `rows` rows of numbers, stored in a way that is read. */
export const checkDataset = (
  source: ByteSource,
  { path, dataset, type, width, rowBytes }: ColumnPlace,
  rows: number,
): void => {
  const file = `${source.name}${path}`;
  const refuse = (given: string, expected: string, remedy = "Check that this is the right file."): never => {
    throw new DataError({ file }, { given, expected, remedy });
  };
  if (type === undefined)
    refuse("values of another type", "whole numbers, floating-point numbers or booleans");
  const { shape, chunks, filters } = dataset;
  if (width > 1 && shape?.[1] !== width) refuse(`${shape?.[1]} numbers a row`, `${width}`);
  if (width === 1 && shape?.length !== 1) refuse(`${shape?.length ?? 0} dimensions`, "one");
  if (shape![0] !== rows) refuse(`${shape![0]} values`, `${rows}, as there are times`);
  if (dataset.virtual_sources?.length) refuse("values that are in other files", "values in this file");
  if (rowBytes > longestRow) refuse(`records of ${rowBytes} bytes`, `at most ${longestRow}`);
  const isLzf = lzfChunks(dataset) !== undefined;
  const other = isLzf ? undefined : filters.find(({ id }) => !ofLibrary.includes(id));
  if (other)
    refuse(
      `compression by filter ${other.id} (${unread[other.id] ?? (other.name || "of no name")})`,
      "gzip, LZF behind nothing but shuffle, or none",
      "Write it again with gzip: `h5repack -f GZIP=4 IN OUT`, where the filter's plug-in is installed.",
    );
  if (isLzf && !isLittleEndian(dataset))
    refuse("big-endian values compressed with LZF", "little-endian ones", "Write it again with gzip.");
  const [chunkRows, chunkBytes] = [chunks?.[0] ?? 0, (chunks?.[0] ?? 0) * rowBytes];
  if (chunkRows > longestChunk.rows || chunkBytes > longestChunk.bytes)
    refuse(
      `chunks of ${chunkRows} rows and ${chunkBytes} bytes`,
      `at most ${longestChunk.rows} rows and ${longestChunk.bytes} bytes`,
      "Write it again in smaller chunks: `h5repack -l CHUNK=65536 IN OUT`.",
    );
  const ratio = isLzf ? lzfRatio : filters.some(({ id }) => id === deflate) ? deflateRatio : 1;
  const most = source.size * ratio;
  if (rows * rowBytes > most)
    refuse(`a promise of ${rows * rowBytes} bytes`, `at most ${most}, what the file can hold`);
};

/** Layout of chunks that h5py compressed with LZF: shuffled before, with a checksum behind. Undefined for others. */
export const lzfChunks = ({ shape, chunks, filters }: Dataset): LzfChunks | undefined => {
  const ids = filters.map(({ id }) => id);
  if (shape?.length !== 1 || !/^(2 )?32000( 3)?$/.test(ids.join(" "))) return undefined;
  return { rows: chunks![0]!, isShuffled: ids.includes(shuffle), hasSum: ids.includes(fletcher32) };
};

const isLittleEndian = ({ littleEndian, size, compound_type: records }: Dataset): boolean =>
  records
    ? records.members.every((member) => member.littleEndian || member.size === 1)
    : littleEndian || size === 1;
