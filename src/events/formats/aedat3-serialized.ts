/**
 * Compressed packets of AEDAT 3.1 ("#Format: SerializedTS"): runs of events share one time. Bit 31 of a time is set
 * where the events after it are of the same time. The next event then has, in the place of its time, the number of
 * events that follow it without a time, each 4 bytes.
 */

import type { ByteSource } from "../../files/byte-source.ts";
import type { Events, Sensor } from "../events.ts";
import type { OffSensor } from "../recording-format.ts";
import type { Packet } from "./aedat3-packet.ts";
import { damaged, offSensor, outOfOrder } from "./damage.ts";

const eventBytes = 8;
const pixelBytes = 4;
const isShared = 2 ** 31;

/** Events of one time. */
export interface Run {
  /** Time in microseconds, without the packet's overflows. */
  time: number;
  /** Number of events still to come without a time. */
  left: number;
  /** Whether the next event has that number in the place of its time. */
  isCounted: boolean;
}

/** Position of a decoder. */
export interface Cursor {
  /** Byte of the current piece, which starts at `offset` in the file. */
  at: number;
  readonly offset: number;
  /** Number of events decoded into the current chunk. */
  count: number;
  /** Time of the last event. */
  last: number;
}

export interface Recorded {
  readonly source: ByteSource;
  readonly sensor: Sensor;
  readonly off: OffSensor;
}

/** Decodes those events of `packet` that are whole in `bytes` into `events`, until these are full. Throws DataError. */
export const decodeSerialized = (
  bytes: DataView,
  { source, sensor, off }: Recorded,
  packet: Packet,
  run: Run,
  events: Events,
  cursor: Cursor,
): void => {
  const { t: ts, x: xs, y: ys, polarity } = events;
  while (packet.left > 0 && cursor.count < ts.length) {
    const size = run.left > 0 ? pixelBytes : eventBytes;
    if (packet.bytes < size)
      throw damaged(
        source,
        packet.offset,
        `a compressed packet that ends ${packet.left} events early`,
        "as many events as its header states",
      );
    const { at } = cursor;
    if (bytes.byteLength - at < size) return;
    if (run.left > 0) run.left--;
    else readTime(bytes.getUint32(at + 4, true), run);
    packet.left--;
    if (run.left > packet.left)
      throw damaged(
        source,
        cursor.offset + at,
        `a run of ${run.left} more events`,
        `at most ${packet.left}, the rest of the packet`,
      );
    packet.bytes -= size;
    cursor.at += size;
    const pixel = bytes.getUint32(at, true);
    if ((pixel & 1) === 0) continue;
    packet.valid--;
    const [x, y] = [pixel >>> 17, (pixel >>> 2) & 0x7fff];
    const t = packet.base + run.time;
    if (x >= sensor.width || y >= sensor.height) {
      if (!off.drop) throw offSensor(source, cursor.offset + at, x, y, sensor);
      off.count++;
      continue;
    }
    if (t < cursor.last) throw outOfOrder(source, cursor.offset + at, t, cursor.last);
    cursor.last = t;
    ts[cursor.count] = t;
    xs[cursor.count] = x;
    ys[cursor.count] = y;
    polarity[cursor.count++] = (pixel >> 1) & 1;
  }
};

const readTime = (word: number, run: Run): void => {
  if (run.isCounted) {
    run.left = word;
    run.isCounted = false;
  } else {
    run.time = word % isShared;
    run.isCounted = word >= isShared;
  }
};
