/**
 * Prophesee EVT 3.0 (docs.prophesee.ai, EVT 3.0 format): little-endian words of 16 bits after a header (evt.ts), or
 * without one. Bits 15..12 are the type of the word; what a word states holds until it is stated again.
 *
 *     0     bits 10..0 y; bit 11 names the camera of a pair
 *     2     a CD event (change detection): bit 11 polarity (1 is ON), bits 10..0 x
 *     3     bit 11 polarity, bits 10..0 x of the next vector's first column
 *     4, 5  a vector: bit i is set where column x + i changed, for 12 or 8 columns; the next one starts behind them
 *     6     bits 11..0 the low bits of the time, in microseconds
 *     8     bits 11..0 the high bits of the time, in 2^12 us; they wrap around after 2^24 us
 *     7, A, E, F  continued, triggers, others: left out
 *
 * Words of other types are reserved. Events before the first row, and vectors before the first column, were cut off a
 * longer recording and are left out; rows and columns count from the first word on, also before the first time. New
 * high bits set the low ones to 0; the same ones again change nothing.
 */

import type { ByteSource } from "../../files/byte-source.ts";
import { allocateEvents, type Events, type Sensor } from "../events.ts";
import type { OffSensor, RecordingFormat } from "../recording-format.ts";
import { damaged, offSensor, outOfOrder } from "./damage.ts";
import { type Decode, decodeAll, firstOf } from "./decode.ts";
import { firstTimeWord, openRaw, type ReservedWords, reservedWords, saysEncoding, unwrapped } from "./evt.ts";

const wordBytes = 2;
const longestVector = 12;
/** Room of a chunk, in events: two bytes may be twelve events, so the size of a piece says little. */
const mostEvents = 1 << 17;
/** Number of values of the time's high bits. */
const highs = 2 ** 12;
const type = { y: 0, x: 2, base: 3, vector12: 4, vector8: 5, timeLow: 6, timeHigh: 8 } as const;
const leftOut = [0x7, 0xa, 0xe, 0xf];

export const evt3Format: RecordingFormat = {
  name: "evt3",
  endings: [".raw"],
  isStart: (start) => saysEncoding(start, "3.0"),
  open: async (source, { sensor: given, off }) => {
    const { sensor, start } = await openRaw(source, "3.0", given);
    const { first, before } = await firstTimeWord(source, start, { bytes: 2, typeByte: 1 }, type.timeHigh);
    const reserved = reservedWords();
    const state = { ...initial, ...placeBefore(before) };
    const chunks = eventsOf(source, first, { sensor, state, off, reserved });
    return { format: "evt3", sensor, chunks, remarks: reserved.remarks };
  },
};

/** State that the words so far have set. */
interface State {
  readonly high: number;
  readonly low: number;
  /** Row and first column of the next vector; -1 until they are stated. */
  readonly y: number;
  readonly base: number;
  readonly polarity: number;
  /** Time of the event before, in microseconds. */
  readonly last: number;
  /** Offset of the first event without a row, and of the first vector without a column; -1 if there was none. */
  readonly withoutRow: number;
  readonly withoutColumn: number;
}

const initial: State = {
  ...{ high: 0, low: 0, y: -1, base: -1, polarity: 0, last: 0 },
  ...{ withoutRow: -1, withoutColumn: -1 },
};

/** Row, column and polarity that the words before the first time state. */
const placeBefore = (words: DataView): Pick<State, "y" | "base" | "polarity"> => {
  let { y, base, polarity } = initial;
  for (let i = 0; i < words.byteLength; i += wordBytes) {
    const word = words.getUint16(i, true);
    const kind = word >> 12;
    if (kind === type.y) y = word & 0x7ff;
    if (kind === type.base) [base, polarity] = [word & 0x7ff, (word >> 11) & 1];
    if (kind === type.vector12 && base >= 0) base += 12;
    if (kind === type.vector8 && base >= 0) base += 8;
  }
  return { y, base, polarity };
};

interface Recorded {
  readonly sensor: Sensor;
  /** Updated as words are decoded. */
  readonly state: State;
  readonly off: OffSensor;
  readonly reserved: ReservedWords;
}

async function* eventsOf(source: ByteSource, start: number, recorded: Recorded): AsyncGenerator<Events> {
  yield* decodeAll(source, start, decoder(source, recorded), `a word of ${wordBytes} bytes`);
  const never = (offset: number, place: string) =>
    damaged(source, offset, `an event before its ${place}`, `a word that states its ${place}`);
  const { y, base, withoutRow, withoutColumn } = recorded.state;
  if (y < 0 && withoutRow >= 0) throw never(withoutRow, "row");
  if (base < 0 && withoutColumn >= 0) throw never(withoutColumn, "column");
}

const decoder =
  (source: ByteSource, { sensor, state, off, reserved }: Recorded): Decode =>
  (bytes, offset) => {
    const end = bytes.byteLength & ~1;
    const events = allocateEvents(Math.min((end / wordBytes) * longestVector, mostEvents));
    const { t: ts, x: xs, y: ys, polarity: ps } = events;
    const most = ts.length - longestVector;
    const { width, height } = sensor;
    let { high, low, y, base, polarity, last, withoutRow, withoutColumn } = state;
    let t = high * 4096 + low;
    let [i, count] = [0, 0];
    let damage: unknown;
    try {
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
            if (x >= width || y >= height) {
              if (!off.drop) throw offSensor(source, offset + i, x, y, sensor);
              off.count++;
              break;
            }
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
              if (right >= width || y >= height) {
                if (!off.drop) throw offSensor(source, offset + i, right, y, sensor);
                const inside = y >= height ? 0 : set & ((1 << Math.max(0, width - base)) - 1);
                off.count += bitsOf(set ^ inside);
                set = inside;
              }
            }
            if (set !== 0) {
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
            if (!leftOut.includes(word >> 12)) reserved.add(word >> 12);
        }
      }
    } catch (error) {
      damage = error;
    }
    Object.assign(state, { high, low, y, base, polarity, last, withoutRow, withoutColumn });
    return { events: firstOf(events, count), used: i, damage };
  };

/** Number of bits that are set. */
const bitsOf = (word: number): number => {
  let count = 0;
  for (let rest = word; rest !== 0; rest &= rest - 1) count++;
  return count;
};
