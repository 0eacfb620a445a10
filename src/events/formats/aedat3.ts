/**
 * AEDAT 3.1, as cAER writes it and DVS Gesture is published (docs.inivation.com, AEDAT 3.1): lines that start with "#"
 * up to "#!END-HEADER", then packets (aedat3-packet.ts). A polarity event is 8 bytes, little-endian:
 *
 *     u32 bit 0 valid, bit 1 polarity (1 is ON), bits 16..2 y, bits 31..17 x; (0, 0) is the upper left corner
 *     i32 time in microseconds
 *
 * Compressed packets are decoded by aedat3-serialized.ts. Events that are not valid and packets of other types,
 * compressed or not, are left out.
 */

import type { ByteSource } from "../../files/byte-source.ts";
import { allocateEvents, type Events, type Sensor } from "../events.ts";
import type { OffSensor, RecordingFormat } from "../recording-format.ts";
import { sensorOf } from "../sensor.ts";
import { checkValid, eventBytes, type Packet, packetHeaderBytes, readPacketHeader } from "./aedat3-packet.ts";
import { type Cursor, decodeSerialized, type Recorded, type Run } from "./aedat3-serialized.ts";
import { damaged, offSensor, outOfOrder } from "./damage.ts";
import { type Decode, decodeAll, firstOf } from "./decode.ts";
import { type Header, readHeader, startsWith } from "./header.ts";

const lastLine = "#!END-HEADER";

/** Sensors by the name of a source in the header. */
const cameras: readonly (readonly [name: RegExp, Sensor])[] = [
  [/^e?DVS(128|4337)$/i, { width: 128, height: 128 }],
  [/^DAVIS240[A-C]?$/i, { width: 240, height: 180 }],
  [/^DAVIS346\w*$/i, { width: 346, height: 260 }],
  [/^DAVIS640\w*$/i, { width: 640, height: 480 }],
];

export const aedat3Format: RecordingFormat = {
  name: "aedat3",
  endings: [".aedat", ".aedat3"],
  isStart: (start) => startsWith(start, "#!AER-DAT3."),
  open: async (source, { sensor: given, off }) => {
    const header = await readHeader(source, "#", lastLine);
    const first = header.lines[0] ?? "another first line";
    if (first !== "#!AER-DAT3.1")
      throw damaged(source, 0, first, '"#!AER-DAT3.1"', "Convert it to AEDAT 3.1 or 4.");
    if (header.lines.at(-1) !== lastLine)
      throw damaged(source, header.end, "no header line", `a header that ends with "${lastLine}"`);
    const sensor = sensorOf(source, { given, stated: statedSize(header) });
    const chunks = decodeAll(source, header.end, decoder(source, sensor, off), "a whole packet");
    return { format: "aedat3", sensor, chunks };
  },
};

/** Sensor of the first camera in the lines "#Source 0: DVS128", or "#-Source .." of a recording of a recording. */
const statedSize = ({ lines }: Header): Sensor | undefined => {
  const names = lines.flatMap((line) => /^#-?Source \d+: *(\S+)/.exec(line)?.[1] ?? []);
  return names.flatMap((name) => cameras.find(([pattern]) => pattern.test(name))?.[1] ?? [])[0];
};

const decoder = (source: ByteSource, sensor: Sensor, off: OffSensor): Decode => {
  const recorded = { source, sensor, off };
  const run: Run = { time: 0, left: 0, isCounted: false };
  let packet: Packet | undefined;
  let camera: number | undefined;
  let last = 0;
  return (bytes, offset) => {
    const events = allocateEvents(Math.max(1, Math.floor(bytes.byteLength / eventBytes)));
    const cursor: Cursor = { at: 0, offset, count: 0, last };
    let damage: unknown;
    try {
      for (;;) {
        if (!packet || packet.left === 0) {
          const { at } = cursor;
          if (bytes.byteLength - at < packetHeaderBytes) break;
          packet = readPacketHeader(source, bytes, at, offset + at);
          if (packet.left > 0) camera ??= packet.camera;
          if (packet.left > 0 && packet.camera !== camera)
            throw damaged(source, offset + at, "events of a second camera", "those of one");
          cursor.at += packetHeaderBytes;
          run.left = 0;
          run.isCounted = false;
        }
        if (packet.isSerialized) decodeSerialized(bytes, recorded, packet, run, events, cursor);
        else decodePlain(bytes, recorded, packet, events, cursor);
        if (packet.left > 0) break;
        checkValid(source, packet);
        cursor.at += packet.bytes;
      }
    } catch (error) {
      damage = error;
    }
    last = cursor.last;
    return { events: firstOf(events, cursor.count), used: cursor.at, damage };
  };
};

/** Decodes those events of `packet` that are whole in `bytes` into `events`, until these are full. Throws DataError. */
const decodePlain = (
  bytes: DataView,
  { source, sensor: { width, height }, off }: Recorded,
  packet: Packet,
  { t: ts, x: xs, y: ys, polarity }: Events,
  cursor: Cursor,
): void => {
  const { base } = packet;
  const whole = Math.floor((bytes.byteLength - cursor.at) / eventBytes);
  const some = Math.min(packet.left, whole, ts.length - cursor.count);
  const end = cursor.at + eventBytes * some;
  let { count, last } = cursor;
  let valid = 0;
  try {
    for (let at = cursor.at; at < end; at += eventBytes) {
      const pixel = bytes.getUint32(at, true);
      if ((pixel & 1) === 0) continue;
      valid++;
      const t = base + bytes.getInt32(at + 4, true);
      const x = pixel >>> 17;
      const y = (pixel >>> 2) & 0x7fff;
      if (x >= width || y >= height) {
        if (!off.drop) throw offSensor(source, cursor.offset + at, x, y, { width, height });
        off.count++;
        continue;
      }
      if (t < last) throw outOfOrder(source, cursor.offset + at, t, last);
      last = t;
      ts[count] = t;
      xs[count] = x;
      ys[count] = y;
      polarity[count++] = (pixel >> 1) & 1;
    }
  } finally {
    cursor.at = end;
    cursor.count = count;
    cursor.last = last;
  }
  packet.valid -= valid;
  packet.left -= some;
  packet.bytes -= eventBytes * some;
};
