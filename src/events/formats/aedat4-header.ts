/**
 * Header of AEDAT 4 (docs.inivation.com, AEDAT 4.0), before its packets: the line "#!AER-DAT4.0", and a FlatBuffer
 * that starts with its size (u32), an IOHeader:
 *
 *     field 0  i32     how packets are compressed
 *     field 1  i64     where the table of packets is, behind them; -1: there is none
 *     field 2  string  XML that describes the streams of packets
 */

import type { ByteSource } from "../../files/byte-source.ts";
import type { Sensor } from "../events.ts";
import { damaged } from "./damage.ts";
import { fieldAt, rootTable, vectorAt } from "./flatbuffer.ts";

export const firstLine = "#!AER-DAT4.0\r\n";
const compressions = ["none", "lz4", "lz4", "zstd", "zstd"] as const;
/** Longest header, in bytes; recorders write less. */
const longest = 1 << 20;

export interface Stream {
  /** Four letters: EVTS events, FRME frames, IMUS motion, TRIG triggers. */
  readonly type: string;
  /** Undefined if the header does not state it. */
  readonly sensor: Sensor | undefined;
}

export interface Aedat4Header {
  readonly compression: (typeof compressions)[number];
  /** Streams by the number that their packets carry. */
  readonly streams: ReadonlyMap<number, Stream>;
  /** First byte of the packets and the byte behind them, from the start of the file. */
  readonly start: number;
  readonly end: number;
  /** Whether there is a table of packets behind them; without one the recorder did not finish. */
  readonly hasTable: boolean;
}

/** Reads the header of the file `source`. Throws DataError where it is damaged. */
export const readAedat4Header = async (source: ByteSource): Promise<Aedat4Header> => {
  const at = firstLine.length;
  const line = await source.read(0, at + 4);
  if (line.length < at + 4 || String.fromCharCode(...line.subarray(0, at)) !== firstLine)
    throw damaged(source, 0, "another first line", JSON.stringify(firstLine));
  const size = viewOf(line).getUint32(at, true);
  const start = at + 4 + size;
  if (size > longest || start > source.size)
    throw damaged(
      source,
      at,
      `a header of ${size} bytes`,
      `at most ${Math.min(longest, source.size - at - 4)}`,
    );
  const view = viewOf(await source.read(at, start));
  try {
    return { ...readFields(source, view, at, start), start };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw damaged(source, at, "a header that points outside itself", "a whole IOHeader");
  }
};

const viewOf = ({ buffer, byteOffset, length }: Uint8Array): DataView =>
  new DataView(buffer, byteOffset, length);

const readFields = (
  source: ByteSource,
  view: DataView,
  at: number,
  start: number,
): Omit<Aedat4Header, "start"> => {
  const table = rootTable(view, "IOHE");
  if (table === undefined) throw damaged(source, at, "another header", "an IOHeader");
  const [kindAt, tableAt, textAt] = [0, 1, 2].map((field) => fieldAt(view, table, field));
  const kind = kindAt === undefined ? 0 : view.getInt32(kindAt, true);
  const compression = compressions[kind];
  if (!compression) throw damaged(source, at, `compression ${kind}`, "0 to 4: none, LZ4 or Zstandard");
  const position = tableAt === undefined ? -1 : Number(view.getBigInt64(tableAt, true));
  const end = position < 0 ? source.size : position;
  if (end < start || end > source.size)
    throw damaged(
      source,
      at,
      `a table of packets at byte ${position}`,
      "one within the file",
      "Fetch it again.",
    );
  if (textAt === undefined) throw damaged(source, at, "no description of streams", "one in XML");
  const { start: from, count } = vectorAt(view, textAt, 1);
  const text = new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + from, count));
  return { compression, streams: streamsOf(text), end, hasTable: position >= 0 };
};

/** Nodes of streams are not nested deeper, ten times over. */
const deepest = 50;
/** A tag of a node or an attribute, and the text behind it. */
const tags = /<(\/?)(node|attr)\b([^<>]*?)(\/?)>([^<]*)/g;

/**
 * The streams that the description names: <node name="outInfo"> has a <node name="NUMBER"> for each, with its type in
 * <attr key="typeIdentifier">, and in its <node name="info"> the sensor's size in attributes sizeX and sizeY.
 */
export const streamsOf = (text: string): Map<number, Stream> => {
  const found = new Map<number, Record<string, string>>();
  const path: string[] = [];
  for (const [, closes, tag, attributes = "", isEmpty, value = ""] of text.matchAll(tags)) {
    if (tag === "node") {
      if (closes) path.pop();
      else if (!isEmpty) path.push(/\bname="([^"]*)"/.exec(attributes)?.[1] ?? "");
      continue;
    }
    if (path.length > deepest) continue;
    const top = path.lastIndexOf("outInfo");
    const [id, group, ...deeper] = path.slice(top + 1);
    if (closes || top < 0 || !/^\d{1,9}$/.test(id ?? "") || deeper.length > 0) continue;
    const key = /\bkey="([^"]*)"/.exec(attributes)?.[1];
    const about = found.get(Number(id)) ?? {};
    found.set(Number(id), about);
    if (group === undefined && key === "typeIdentifier") about.type = value;
    if (group === "info" && (key === "sizeX" || key === "sizeY")) about[key] = value;
  }
  return new Map(
    [...found].map(([id, { type = "", sizeX, sizeY }]) => [id, { type, sensor: sensorOf(sizeX, sizeY) }]),
  );
};

const sensorOf = (width = "", height = ""): Sensor | undefined => {
  const isSide = (side: string): boolean => /^[1-9]\d{0,4}$/.test(side);
  return isSide(width) && isSide(height) ? { width: Number(width), height: Number(height) } : undefined;
};
