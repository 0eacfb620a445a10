/**
 * The table of packets that stands behind them in a finished recording of AEDAT 4, compressed as they are: a FlatBuffer
 * that starts with its size (u32), an FTAB, whose field 0 is a vector of tables, one for each packet in their order:
 *
 *     field 0  i64     where its contents are, in bytes from the file's start
 *     field 1  struct  its header: i32 number of its stream, i32 bytes of its contents
 *     field 2  i64     how many elements it has, such as events
 *     field 3  i64, field 4 i64: time of the first and the last; ignored
 *
 * It is the only evidence that a recording has all its packets: one whose packets differ from the table is damaged.
 */

import type { ByteSource } from "../../files/byte-source.ts";
import type { ZstdDecoder } from "../../files/compression/zstd-frame.ts";
import { decompress, largest } from "./aedat4-contents.ts";
import type { Aedat4Header } from "./aedat4-header.ts";
import { damaged } from "./damage.ts";
import { fieldAt, rootTable, tableAt, vectorAt } from "./flatbuffer.ts";

/** Header of a packet, and offset of its contents. */
export interface PacketHead {
  readonly stream: number;
  readonly size: number;
  readonly contents: number;
}

export interface PacketTable {
  /** Throws DataError unless the table has that packet as its k-th; returns how many elements it has, by the table. */
  readonly expect: (k: number, head: PacketHead) => number;
  /** Throws DataError unless the table has that many packets. */
  readonly expectCount: (count: number) => void;
}

/** The table, undefined where the header names none. Throws DataError unless it is whole. */
export const readPacketTable = async (
  source: ByteSource,
  { end, hasTable, compression }: Aedat4Header,
  zstd: ZstdDecoder,
): Promise<PacketTable | undefined> => {
  if (!hasTable) return undefined;
  const remedy = "The file is damaged or truncated: fetch it again.";
  if (source.size - end > largest)
    throw damaged(source, end, `a table of ${source.size - end} bytes`, `at most ${largest}`);
  const bytes = await decompress(await source.read(end, source.size), source, end, compression, zstd);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const within = <T>(read: () => T): T => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw damaged(source, end, "a table of packets that points outside itself", "a whole one", remedy);
    }
  };
  const entries = within(() => {
    const table = rootTable(view, "FTAB");
    if (table === undefined)
      throw damaged(source, end, "something else", "a table of packets (FTAB)", remedy);
    const vector = fieldAt(view, table, 0);
    return vector === undefined ? { start: 0, count: 0 } : vectorAt(view, vector, 4);
  });
  return {
    expect: (k, { stream, size, contents }) => {
      const at = contents - 8;
      const found = `a packet of stream ${stream}, ${size} bytes at byte ${contents}`;
      if (k >= entries.count)
        throw damaged(
          source,
          at,
          found,
          `the end of the packets, after ${entries.count} by their table`,
          remedy,
        );
      const entry = within(() => readEntry(view, tableAt(view, entries.start + 4 * k)));
      if (entry.stream !== stream || entry.size !== size || entry.contents !== contents)
        throw damaged(
          source,
          at,
          found,
          `one of stream ${entry.stream}, ${entry.size} bytes at byte ${entry.contents}, by the table of packets`,
          remedy,
        );
      return entry.elements;
    },
    expectCount: (count) => {
      if (count !== entries.count)
        throw damaged(source, end, `${count} packets`, `${entries.count}, by their table`, remedy);
    },
  };
};

/** Reads an entry; fields that are 0 may be left out. */
const readEntry = (view: DataView, table: number): PacketHead & { readonly elements: number } => {
  const [contentsAt, headAt, elementsAt] = [0, 1, 2].map((field) => fieldAt(view, table, field));
  const long = (at: number | undefined): number =>
    at === undefined ? 0 : Number(view.getBigInt64(at, true));
  const [stream, size] =
    headAt === undefined ? [0, 0] : [headAt, headAt + 4].map((at) => view.getInt32(at, true));
  return { contents: long(contentsAt), stream: stream!, size: size!, elements: long(elementsAt) };
};
