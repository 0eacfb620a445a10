/**
 * AEDAT 4.0, as DV writes it (docs.inivation.com, AEDAT 4.0): a header (aedat4-header.ts), then packets, each of
 *
 *     i32  number of its stream
 *     i32  bytes of its contents
 *     ...  its contents, compressed as the header says; of events: aedat4-events.ts
 *
 * and behind them a table of them, which is not needed here. Packets of other streams than of events are passed over.
 */

import type { ByteSource } from "../../byte-source.ts";
import { decodeLz4Frame } from "../../compression/lz4-frame.ts";
import { decodeZstdFrame } from "../../compression/zstd.ts";
import type { Events, Sensor } from "../events.ts";
import type { RecordingFormat } from "../recording-format.ts";
import { sensorOf } from "../sensor.ts";
import { decodeEvents } from "./aedat4-events.ts";
import { type Aedat4Header, firstLine, readAedat4Header } from "./aedat4-header.ts";
import { cutShort, damaged } from "./damage.ts";
import { textOf } from "./header.ts";

/** Of a packet's contents: 16 million events. A recorder writes some thousands. */
const largest = 1 << 28;
const packetHeaderBytes = 8;
const pieceBytes = 1 << 20;

export const aedat4Format: RecordingFormat = {
  name: "aedat4",
  endings: [".aedat4"],
  isStart: (start) => textOf(start).startsWith(firstLine.trimEnd()),
  open: async (source, given) => {
    const header = await readAedat4Header(source);
    const [stream, ...others] = [...header.streams].filter(([, { type }]) => type === "EVTS");
    if (!stream || others.length > 0) {
      const found = `${others.length + (stream ? 1 : 0)} streams of events`;
      const remedy = "Export one stream of events with the recorder's own software.";
      throw damaged(source, firstLine.length, found, "one", remedy);
    }
    const [id, { sensor: stated }] = stream;
    const sensor = sensorOf(source, { given, stated });
    return { format: "aedat4", sensor, chunks: eventsOf(source, header, id, sensor) };
  },
};

async function* eventsOf(
  source: ByteSource,
  header: Aedat4Header,
  stream: number,
  sensor: Sensor,
): AsyncGenerator<Events> {
  let last = 0;
  for await (const { offset, contents } of packetsOf(source, header, stream)) {
    const bytes = await decompress(contents, source, offset, header.compression);
    const events = decodeEvents(bytes, { source, offset, sensor, last });
    last = events.t.at(-1) ?? last;
    if (events.t.length > 0) yield events;
  }
}

interface Packet {
  /** In the file. */
  readonly offset: number;
  readonly contents: Uint8Array;
}

/** The packets of one stream; those of others are not even read. */
async function* packetsOf(
  source: ByteSource,
  { start, end, streams }: Aedat4Header,
  stream: number,
): AsyncGenerator<Packet> {
  let piece: Uint8Array = new Uint8Array(0);
  let pieceStart = start;
  const bytesAt = async (from: number, to: number): Promise<Uint8Array> => {
    if (to > pieceStart + piece.length) {
      piece = await source.read(from, Math.max(to, Math.min(from + pieceBytes, end)));
      pieceStart = from;
    }
    return piece.subarray(from - pieceStart, to - pieceStart);
  };
  for (let at = start; at < end; ) {
    const body = at + packetHeaderBytes;
    if (body > end) throw cutShort(source, at, "a whole packet");
    const head = await bytesAt(at, body);
    const view = new DataView(head.buffer, head.byteOffset, head.length);
    const [id, size] = [view.getInt32(0, true), view.getInt32(4, true)];
    if (!streams.has(id))
      throw damaged(source, at, `a packet of stream ${id}`, "a stream that the header names");
    if (size < 0 || body + size > end)
      throw damaged(source, at, `a packet of ${size} bytes`, `at most ${end - body}, where the packets end`);
    if (id === stream) {
      if (size > largest) throw damaged(source, at, `a packet of ${size} bytes`, `at most ${largest}`);
      yield { offset: at, contents: await bytesAt(body, body + size) };
    }
    at = body + size;
  }
}

/** Contents that are not compressed are where they were; else in memory of their own. */
function decompress(
  contents: Uint8Array,
  source: ByteSource,
  offset: number,
  compression: Aedat4Header["compression"],
): Uint8Array | Promise<Uint8Array> {
  const refuse = (at: number, given: string, expected: string): never => {
    throw damaged(source, offset + packetHeaderBytes + at, given, expected);
  };
  if (compression === "lz4") return decodeLz4Frame(contents, largest, refuse);
  return compression === "zstd" ? decodeZstdFrame(contents, largest, refuse) : contents;
}
