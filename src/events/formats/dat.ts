/**
 * Prophesee DAT, version 2 (docs.prophesee.ai, DAT file format): lines that start with "%", then one byte each for the
 * type of the events (0 or 12: CD events) and their size (8), then the events, little-endian.
 *
 *     u32 time in microseconds, which wraps around after 2^32
 *     u32 bit 13..0 x, bit 27..14 y, bit 31..28 polarity, 1 is ON
 */

import type { ByteSource } from "../../files/byte-source.ts";
import { allocateEvents, type Sensor } from "../events.ts";
import type { OffSensor, RecordingFormat } from "../recording-format.ts";
import { sensorOf } from "../sensor.ts";
import { damaged, offSensor, outOfOrder } from "./damage.ts";
import { type Decode, decodeAll, firstOf } from "./decode.ts";
import { type Header, readHeader, startsWith, textOf, valueAfter } from "./header.ts";

const wordBytes = 8;
/** Sensor of the ATIS: its recordings, such as N-Cars, do not state it, and may fill only a part of it. */
const usual: Sensor = { width: 304, height: 240 };

export const datFormat: RecordingFormat = {
  name: "dat",
  endings: [".dat"],
  isStart: (start) => startsWith(start, "%") && /^(%.*\n)*% Data file containing /.test(textOf(start)),
  open: async (source, { sensor: given, off }) => {
    const header = await readHeader(source, "%", "% end");
    const version = valueAfter(header.lines, "% Version ");
    if (version !== "2")
      throw damaged(source, 0, `a header of version ${version}`, "a DAT header of version 2");
    const sensor = sensorOf(source, { given, stated: statedSize(header), usual });
    await checkEventType(source, header.end);
    const chunks = decodeAll(
      source,
      header.end + 2,
      decoder(source, sensor, off),
      `an event of ${wordBytes} bytes`,
    );
    return { format: "dat", sensor, chunks };
  },
};

const statedSize = ({ lines }: Header): Sensor | undefined => {
  const [width, height] = [valueAfter(lines, "% Width "), valueAfter(lines, "% Height ")];
  return width === undefined || height === undefined
    ? undefined
    : { width: Number(width), height: Number(height) };
};

const checkEventType = async (source: ByteSource, offset: number): Promise<void> => {
  const [type, size] = await source.read(offset, offset + 2);
  if ((type === 0 || type === 12) && size === wordBytes) return;
  throw damaged(
    source,
    offset,
    size === undefined ? "the end of the file" : `events of type ${type} and ${size} bytes`,
    "events of type 0 or 12 and 8 bytes: CD events (change detection)",
  );
};

const decoder = (source: ByteSource, sensor: Sensor, off: OffSensor): Decode => {
  let latest = -1;
  return (bytes, offset) => {
    const words = Math.floor(bytes.byteLength / wordBytes);
    const events = allocateEvents(words);
    const { t: ts, x: xs, y: ys, polarity } = events;
    const { width, height } = sensor;
    let last = latest;
    let count = 0;
    let damage: unknown;
    try {
      for (let k = 0; k < words; k++) {
        const i = k * wordBytes;
        const clock = bytes.getUint32(i, true);
        // Modulo 2^32 the step from one time to the next is small, or back.
        const t = last < 0 ? clock : last + ((clock - last) | 0);
        const pixel = bytes.getUint32(i + 4, true);
        const x = pixel & 0x3fff;
        const y = (pixel >>> 14) & 0x3fff;
        const p = pixel >>> 28;
        if (x >= width || y >= height) {
          if (!off.drop) throw offSensor(source, offset + i, x, y, sensor);
          off.count++;
          continue;
        }
        if (t < last) throw outOfOrder(source, offset + i, t, last);
        if (p > 1) throw damaged(source, offset + i, `polarity ${p}`, "0 or 1");
        last = t;
        ts[count] = t;
        xs[count] = x;
        ys[count] = y;
        polarity[count++] = p;
      }
    } catch (error) {
      damage = error;
    }
    latest = last;
    return { events: firstOf(events, count), used: words * wordBytes, damage };
  };
};
