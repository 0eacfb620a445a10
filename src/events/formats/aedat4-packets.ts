/**
 * AEDAT 4.0, as DV writes it (docs.inivation.com, AEDAT 4.0): a header (aedat4-header.ts), then packets, each of
 *
 *     i32  number of its stream
 *     i32  bytes of its contents
 *     ...  its contents, compressed as the header says; of events: aedat4-events.ts
 *
 * and behind them a table of them (aedat4-table.ts), to which they must fit. Packets of other streams than of events
 * are skipped.
 */

import type { ByteSource } from "../../files/byte-source.ts";
import type { ZstdDecoder } from "../../files/compression/zstd-frame.ts";
import type { Events, Sensor } from "../events.ts";
import type { OffSensor, RecordingFormat } from "../recording-format.ts";
import { sensorOf } from "../sensor.ts";
import { decompress, largest } from "./aedat4-contents.ts";
import { decodeEvents } from "./aedat4-events.ts";
import { type Aedat4Header, firstLine, readAedat4Header } from "./aedat4-header.ts";
import { readPacketTable } from "./aedat4-table.ts";
import { damaged, truncated } from "./damage.ts";
import { textOf } from "./header.ts";

const packetHeaderBytes = 8;
const pieceBytes = 1 << 20;

/** The format, with what decodes Zstandard. */
export const aedat4FormatBy = (zstd: ZstdDecoder): RecordingFormat => ({
  name: "aedat4",
  endings: [".aedat4"],
  isStart: (start) => textOf(start).startsWith(firstLine.trimEnd()),
  open: async (source, { sensor: given, off }) => {
    const header = await readAedat4Header(source);
    const [stream, ...others] = [...header.streams].filter(([, { type }]) => type === "EVTS");
    if (!stream || others.length > 0) {
      const found = `${others.length + (stream ? 1 : 0)} streams of events`;
      const remedy = "Export one stream of events with the recorder's own software.";
      throw damaged(source, firstLine.length, found, "one", remedy);
    }
    const [id, { sensor: stated }] = stream;
    const sensor = sensorOf(source, { given, stated });
    return { format: "aedat4", sensor, chunks: eventsOf(source, header, id, { sensor, off, zstd }) };
  },
});

async function* eventsOf(
  source: ByteSource,
  header: Aedat4Header,
  stream: number,
  { sensor, off, zstd }: { readonly sensor: Sensor; readonly off: OffSensor; readonly zstd: ZstdDecoder },
): AsyncGenerator<Events> {
  let last = 0;
  for await (const { offset, contents, elements } of packetsOf(source, header, stream, zstd)) {
    const bytes = await decompress(contents, source, offset + packetHeaderBytes, header.compression, zstd);
    const inFile = header.compression === "none" ? offset + packetHeaderBytes : undefined;
    const { events, count, damage } = decodeEvents(bytes, { source, offset, inFile, sensor, off, last });
    last = events.t.at(-1) ?? last;
    if (events.t.length > 0) yield events;
    if (damage !== undefined) throw damage;
    if (elements !== undefined && elements !== count)
      throw damaged(source, offset, `a packet of ${count} events`, `${elements}, by the table of packets`);
  }
}

interface Packet {
  /** Offset in the file. */
  readonly offset: number;
  readonly contents: Uint8Array;
  /** Number of its events by the table of packets, where there is one. */
  readonly elements: number | undefined;
}

/** The packets of one stream; those of others are not read. */
async function* packetsOf(
  source: ByteSource,
  header: Aedat4Header,
  stream: number,
  zstd: ZstdDecoder,
): AsyncGenerator<Packet> {
  const { start, end, streams } = header;
  const table = await readPacketTable(source, header, zstd);
  let count = 0;
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
    if (body > end) throw truncated(source, at, "a whole packet");
    const head = await bytesAt(at, body);
    const view = new DataView(head.buffer, head.byteOffset, head.length);
    const [id, size] = [view.getInt32(0, true), view.getInt32(4, true)];
    if (!streams.has(id))
      throw damaged(source, at, `a packet of stream ${id}`, "a stream that the header names");
    if (size < 0 || body + size > end)
      throw damaged(source, at, `a packet of ${size} bytes`, `at most ${end - body}, where the packets end`);
    const elements = table?.expect(count++, { stream: id, size, contents: body });
    if (id === stream) {
      if (size > largest) throw damaged(source, at, `a packet of ${size} bytes`, `at most ${largest}`);
      yield { offset: at, contents: await bytesAt(body, body + size), elements };
    }
    at = body + size;
  }
  table?.expectCount(count);
}
