/**
 * Prophesee EVT 2.0 (docs.prophesee.ai, EVT 2.0 format): little-endian words of 32 bits after a header (evt.ts), or
 * without one. Bits 31..28 are the type of the word.
 *
 *     0, 1  CD event (change detection), OFF or ON: bits 27..22 low bits of the time, bits 21..11 x, bits 10..0 y
 *     8     bits 27..0 the high bits of the times that follow, in 64 us; they wrap around after 2^34 us
 *     A, E, F  triggers, others, continued: left out
 *
 * Words of other types are reserved.
 */

import type { ByteSource } from "../../files/byte-source.ts";
import { allocateEvents, type Sensor } from "../events.ts";
import type { OffSensor, RecordingFormat } from "../recording-format.ts";
import { leaveOut, outOfOrder } from "./damage.ts";
import { type Decode, decodeAll, firstOf } from "./decode.ts";
import { firstTimeWord, openRaw, type ReservedWords, reservedWords, saysEncoding, unwrapped } from "./evt.ts";

const wordBytes = 4;
const timeHigh = 8;
const leftOut = [0xa, 0xe, 0xf];
/** Number of values of the high bits. */
const highs = 2 ** 28;

export const evt2Format: RecordingFormat = {
  name: "evt2",
  endings: [".raw", ".evt2.bin"],
  isStart: (start) => saysEncoding(start, "2.0"),
  open: async (source, { sensor: given, off }) => {
    const { sensor, start } = await openRaw(source, "2.0", given);
    const { first } = await firstTimeWord(source, start, { bytes: wordBytes, typeByte: 3 }, timeHigh);
    const reserved = reservedWords();
    const decode = decoder(source, sensor, off, reserved);
    const chunks = decodeAll(source, first, decode, `a word of ${wordBytes} bytes`);
    return { format: "evt2", sensor, chunks, remarks: reserved.remarks };
  },
};

const decoder = (source: ByteSource, sensor: Sensor, off: OffSensor, reserved: ReservedWords): Decode => {
  /** High bits of the current time, with their overflows. */
  let high = 0;
  let latest = 0;
  return (bytes, offset) => {
    const words = Math.floor(bytes.byteLength / wordBytes);
    const events = allocateEvents(words);
    const { t: ts, x: xs, y: ys, polarity } = events;
    const { width, height } = sensor;
    let last = latest;
    let base = high * 64;
    let count = 0;
    let damage: unknown;
    try {
      for (let i = 0; i < words * wordBytes; i += wordBytes) {
        const word = bytes.getUint32(i, true);
        const type = word >>> 28;
        if (type <= 1) {
          const t = base + ((word >>> 22) & 0x3f);
          const x = (word >>> 11) & 0x7ff;
          const y = word & 0x7ff;
          if (x >= width || y >= height) {
            leaveOut(off, source, offset + i, x, y, sensor);
            continue;
          }
          if (t < last) throw outOfOrder(source, offset + i, t, last);
          last = t;
          ts[count] = t;
          xs[count] = x;
          ys[count] = y;
          polarity[count++] = type;
        } else if (type === timeHigh) {
          high = unwrapped(word & 0xfffffff, high, highs);
          base = high * 64;
        } else if (!leftOut.includes(type)) reserved.add(type);
      }
    } catch (error) {
      damage = error;
    }
    latest = last;
    return { events: firstOf(events, count), used: words * wordBytes, damage };
  };
};
