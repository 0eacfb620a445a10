/**
 * Prophesee EVT 2.1 (docs.prophesee.ai, EVT 2.1 format): words of 64 bits after a header (evt.ts), or without one. Bits
 * 63..60 are the type of the word.
 *
 *     0, 1  CD events, OFF or ON: bits 59..54 low bits of the time, bits 53..43 x, bits 42..32 y; bit i of
 *           bits 31..0 is set where column x + i changed
 *     8     bits 59..32 the high bits of the times that follow, in 64 us; they wrap around after 2^34 us
 *     A, E, F  triggers, others, continued: left out
 *
 * Words of other types are reserved. Words are little-endian; where the header states "endianness=legacy", as for the
 * IMX636, the upper 32 bits come before the lower ones, each little-endian.
 */

import type { ByteSource } from "../../files/byte-source.ts";
import { allocateEvents, type Sensor } from "../events.ts";
import type { OffSensor, RecordingFormat } from "../recording-format.ts";
import { offSensor, outOfOrder } from "./damage.ts";
import { type Decode, decodeAll, firstOf } from "./decode.ts";
import { firstTimeWord, openRaw, type ReservedWords, reservedWords, saysEncoding, unwrapped } from "./evt.ts";

const wordBytes = 8;
const mostOfWord = 32;
/** Room of a chunk, in events. */
const mostEvents = 1 << 17;
const timeHigh = 8;
const leftOut = [0xa, 0xe, 0xf];
/** Number of values of the high bits. */
const highs = 2 ** 28;

export const evt21Format: RecordingFormat = {
  name: "evt21",
  endings: [".raw"],
  isStart: (start) => saysEncoding(start, "2.1"),
  open: async (source, { sensor: given, off }) => {
    const { sensor, start, endianness } = await openRaw(source, "2.1", given);
    const upper = endianness === "legacy" ? 0 : 4;
    const layout = { bytes: wordBytes, typeByte: upper + 3 } as const;
    const { first } = await firstTimeWord(source, start, layout, timeHigh);
    const reserved = reservedWords();
    const decode = decoder(source, { sensor, upper, off, reserved });
    const chunks = decodeAll(source, first, decode, `a word of ${wordBytes} bytes`);
    return { format: "evt21", sensor, chunks, remarks: reserved.remarks };
  },
};

interface Recorded {
  readonly sensor: Sensor;
  /** Byte of a word where its upper 32 bits start. */
  readonly upper: 0 | 4;
  readonly off: OffSensor;
  readonly reserved: ReservedWords;
}

const decoder = (source: ByteSource, { sensor, upper, off, reserved }: Recorded): Decode => {
  /** High bits of the current time, with their overflows. */
  let high = 0;
  let latest = 0;
  return (bytes, offset) => {
    const end = bytes.byteLength - (bytes.byteLength % wordBytes);
    const events = allocateEvents(Math.min((end / wordBytes) * mostOfWord, mostEvents));
    const { t: ts, x: xs, y: ys, polarity } = events;
    const most = ts.length - mostOfWord;
    const { width, height } = sensor;
    const lower = 4 - upper;
    let last = latest;
    let [i, count] = [0, 0];
    let damage: unknown;
    try {
      for (; i < end && count <= most; i += wordBytes) {
        const word = bytes.getUint32(i + upper, true);
        const type = word >>> 28;
        if (type <= 1) {
          const t = high * 64 + ((word >>> 22) & 0x3f);
          const x = (word >>> 11) & 0x7ff;
          const y = word & 0x7ff;
          for (let set = bytes.getUint32(i + lower, true); set !== 0; set = (set & (set - 1)) >>> 0) {
            const column = x + 31 - Math.clz32(set & -set);
            if (column >= width || y >= height) {
              if (!off.drop) throw offSensor(source, offset + i, column, y, sensor);
              off.count++;
              continue;
            }
            if (t < last) throw outOfOrder(source, offset + i, t, last);
            last = t;
            ts[count] = t;
            xs[count] = column;
            ys[count] = y;
            polarity[count++] = type;
          }
        } else if (type === timeHigh) high = unwrapped(word & 0xfffffff, high, highs);
        else if (!leftOut.includes(type)) reserved.add(type);
      }
    } catch (error) {
      damage = error;
    }
    latest = last;
    return { events: firstOf(events, count), used: i, damage };
  };
};
