/**
 * AEDAT 2.0, as jAER writes it (docs.inivation.com, AEDAT 2.0): lines that start with "#", then events of two
 * big-endian words, an address and a time in microseconds, which starts anew after 2^32. What an address means depends
 * on the chip; (0, 0) is its lower right corner, so both axes are turned here to those of an image.
 *
 *     DVS128  bit 14..8 y, bit 7..1 x, bit 0 polarity, 0 is ON; bit 15 or 31 marks other events
 *     DAVIS   bit 30..22 y, bit 21..12 x, bit 11 polarity, 1 is ON; bit 31 marks frames' and motion sensors' samples,
 *             bit 10 other events
 *
 * The axes and polarities are those of jAER's extractors (DVS128.java, DavisChip.java). Other events are left out.
 */

import type { ByteSource } from "../../files/byte-source.ts";
import { allocateEvents, type Sensor } from "../events.ts";
import type { RecordingFormat } from "../recording-format.ts";
import { sensorOf } from "../sensor.ts";
import { damaged, offSensor, outOfOrder } from "./damage.ts";
import { type Decode, decodeAll, firstOf } from "./decode.ts";
import { type Header, readHeader, startsWith, valueAfter } from "./header.ts";

const wordBytes = 8;

/** Where an address has its parts: shifts, and masks after the shift. */
interface Addressing {
  readonly x: readonly [shift: number, mask: number];
  readonly y: readonly [shift: number, mask: number];
  readonly polarity: number;
  /** The polarity bit of an ON event. */
  readonly on: 0 | 1;
  /** Bits of which a change of brightness has none. */
  readonly other: number;
}

const dvs128: Addressing = { x: [1, 0x7f], y: [8, 0x7f], polarity: 0, on: 0, other: 0x80008000 };
const davis: Addressing = { x: [12, 0x3ff], y: [22, 0x1ff], polarity: 11, on: 1, other: 0x80000400 };

/** By the end of the chip's class name in jAER, such as eu.seebetter.ini.chips.davis.Davis346red. */
const chips: readonly (readonly [name: RegExp, Sensor])[] = [
  [/\.DVS128$/i, { width: 128, height: 128 }],
  [/\.DAVIS240[A-C]?$/i, { width: 240, height: 180 }],
  [/\.DAVIS346(?!mini)\w*$/i, { width: 346, height: 260 }],
  [/\.DAVIS640(Color)?$/i, { width: 640, height: 480 }],
];

export const aedat2Format: RecordingFormat = {
  name: "aedat2",
  endings: [".aedat", ".aedat2"],
  isStart: (start) => startsWith(start, "#!AER-DAT2."),
  open: async (source, given) => {
    const header = await readHeader(source, "#");
    if (!header.lines[0]?.startsWith("#!AER-DAT2."))
      throw damaged(source, 0, "another first line", '"#!AER-DAT2.0"');
    const sensor = sensorOf(source, { given, stated: statedSize(header) });
    const addressing = sensor.width === 128 && sensor.height === 128 ? dvs128 : davis;
    const decode = decoder(source, sensor, addressing);
    return {
      format: "aedat2",
      sensor,
      chunks: decodeAll(source, header.end, decode, `an event of ${wordBytes} bytes`),
    };
  },
};

/** Of chips that are not in the table the caller gives the sensor's size. */
const statedSize = (header: Header): Sensor | undefined => {
  const chip = valueAfter(header.lines, "# AEChip: ") ?? "";
  return chips.find(([name]) => name.test(chip))?.[1];
};

const decoder = (source: ByteSource, sensor: Sensor, addressing: Addressing): Decode => {
  let latest = -1;
  return (bytes, offset) => {
    const words = Math.floor(bytes.byteLength / wordBytes);
    const events = allocateEvents(words);
    const { t: ts, x: xs, y: ys, polarity } = events;
    const { width, height } = sensor;
    const { other, on, polarity: polarityShift } = addressing;
    const [xShift, xMask] = addressing.x;
    const [yShift, yMask] = addressing.y;
    let last = latest;
    let count = 0;
    for (let i = 0; i < words * wordBytes; i += wordBytes) {
      const address = bytes.getInt32(i);
      if ((address & other) !== 0) continue;
      const clock = bytes.getUint32(i + 4);
      // Modulo 2^32 the step from one time to the next is small, or back.
      const t = last < 0 ? clock : last + ((clock - last) | 0);
      const x = width - 1 - ((address >> xShift) & xMask);
      const y = height - 1 - ((address >> yShift) & yMask);
      if (x < 0 || y < 0) throw offSensor(source, offset + i, x, y, sensor);
      if (t < last) throw outOfOrder(source, offset + i, t, last);
      last = t;
      ts[count] = t;
      xs[count] = x;
      ys[count] = y;
      polarity[count++] = ((address >> polarityShift) & 1) === on ? 1 : 0;
    }
    latest = last;
    return { events: firstOf(events, count), used: words * wordBytes };
  };
};
