/**
 * Prophesee EVT 3.0 (docs.prophesee.ai, EVT 3.0 format): little-endian words of 16 bits behind a header (evt.ts), or
 * without one. Bit 15..12 is the word's type; what is said once holds until it is said anew.
 *
 *     0     bit 10..0 y; bit 11 names the camera of a pair
 *     2     a change of brightness: bit 11 polarity (1 is ON), bit 10..0 x
 *     3     bit 11 polarity, bit 10..0 x of the next vector's first column
 *     4, 5  a vector: bit i is set where column x + i changed, for 12 or 8 columns; the next one starts behind them
 *     6     bit 11..0 the time's low bits, in microseconds
 *     8     bit 11..0 the time's high bits, in 2^12 us; they start anew after 2^24 us
 *     7, A, E, F  continued, triggers, others: left out
 *
 * Words of other types are reserved. What a recording has before it first says a row, and vectors before it first says
 * their column, is left out: it was cut out of a longer one. New high bits set the low ones to 0; the same ones again change nothing.
 */

import type { ByteSource } from "../../files/byte-source.ts";
import { allocateEvents, type Events, type Sensor } from "../events.ts";
import type { RecordingFormat } from "../recording-format.ts";
import { damaged, offSensor, outOfOrder } from "./damage.ts";
import { type Decode, decodeAll, firstOf } from "./decode.ts";
import { firstTimeWord, openRaw, reservedWord, saysEncoding, unwrapped } from "./evt.ts";

const wordBytes = 2;
const longestVector = 12;
/** Room of a chunk: two bytes may be twelve events, so that the words at hand say little of how much is needed. */
const mostEvents = 1 << 17;
/** How many values the time's high bits have. */
const highs = 2 ** 12;
const type = { y: 0, x: 2, base: 3, vector12: 4, vector8: 5, timeLow: 6, timeHigh: 8 } as const;
const leftOut = [0x7, 0xa, 0xe, 0xf];

export const evt3Format: RecordingFormat = {
  name: "evt3",
  endings: [".raw"],
  isStart: (start) => saysEncoding(start, "3.0"),
  open: async (source, given) => {
    const { sensor, start } = await openRaw(source, "3.0", given);
    const first = start < source.size ? await firstTimeWord(source, start, wordBytes, type.timeHigh) : start;
    return { format: "evt3", sensor, chunks: eventsOf(source, first, sensor) };
  },
};

/** What the words so far have said; y and base are -1 until they have, as are the places of what lacked them. */
interface Said {
  readonly high: number;
  readonly low: number;
  readonly y: number;
  readonly base: number;
  readonly polarity: number;
  readonly last: number;
  /** The first event that came before any row, and the first vector before any column. */
  readonly withoutRow: number;
  readonly withoutColumn: number;
}

async function* eventsOf(source: ByteSource, start: number, sensor: Sensor): AsyncGenerator<Events> {
  const said: Said = {
    ...{ high: 0, low: 0, y: -1, base: -1, polarity: 0, last: 0 },
    ...{ withoutRow: -1, withoutColumn: -1 },
  };
  yield* decodeAll(source, start, decoder(source, sensor, said), `a word of ${wordBytes} bytes`);
  const never = (offset: number, place: string) =>
    damaged(source, offset, `an event before its ${place}`, `one whose ${place} is said somewhere`);
  if (said.y < 0 && said.withoutRow >= 0) throw never(said.withoutRow, "row");
  if (said.base < 0 && said.withoutColumn >= 0) throw never(said.withoutColumn, "column");
}

const decoder =
  (source: ByteSource, sensor: Sensor, said: Said): Decode =>
  (bytes, offset) => {
    const end = bytes.byteLength & ~1;
    const events = allocateEvents(Math.min((end / wordBytes) * longestVector, mostEvents));
    const { t: ts, x: xs, y: ys, polarity: ps } = events;
    const most = ts.length - longestVector;
    const { width, height } = sensor;
    let { high, low, y, base, polarity, last, withoutRow, withoutColumn } = said;
    let t = high * 4096 + low;
    let [i, count] = [0, 0];
    for (; i < end && count <= most; i += wordBytes) {
      const word = bytes.getUint16(i, true);
      const bits = word & 0xfff;
      switch (word >> 12) {
        case type.x: {
          const x = bits & 0x7ff;
          if (y < 0) {
            if (withoutRow < 0) withoutRow = offset + i;
            break;
          }
          if (x >= width || y >= height) throw offSensor(source, offset + i, x, y, sensor);
          if (t < last) throw outOfOrder(source, offset + i, t, last);
          last = t;
          ts[count] = t;
          xs[count] = x;
          ys[count] = y;
          ps[count++] = bits >> 11;
          break;
        }
        case type.vector12:
        case type.vector8: {
          const columns = word >> 12 === type.vector12 ? 12 : 8;
          let set = bits & ((1 << columns) - 1);
          if (set !== 0 && (y < 0 || base < 0)) {
            if (y < 0 && withoutRow < 0) withoutRow = offset + i;
            if (base < 0 && withoutColumn < 0) withoutColumn = offset + i;
            set = 0;
          }
          if (set !== 0) {
            const right = base + 31 - Math.clz32(set);
            if (right >= width || y >= height) throw offSensor(source, offset + i, right, y, sensor);
            if (t < last) throw outOfOrder(source, offset + i, t, last);
            last = t;
          }
          for (; set !== 0; set &= set - 1) {
            ts[count] = t;
            xs[count] = base + 31 - Math.clz32(set & -set);
            ys[count] = y;
            ps[count++] = polarity;
          }
          if (base >= 0) base += columns;
          break;
        }
        case type.y:
          y = bits & 0x7ff;
          break;
        case type.base:
          base = bits & 0x7ff;
          polarity = bits >> 11;
          break;
        case type.timeLow:
          low = bits;
          t = high * 4096 + low;
          break;
        case type.timeHigh: {
          const now = unwrapped(bits, high, highs);
          if (now !== high) low = 0;
          high = now;
          t = high * 4096 + low;
          break;
        }
        default:
          if (!leftOut.includes(word >> 12)) throw reservedWord(source, offset + i, word >> 12);
      }
    }
    Object.assign(said, { high, low, y, base, polarity, last, withoutRow, withoutColumn });
    return { events: firstOf(events, count), used: i };
  };
