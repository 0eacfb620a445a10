/**
 * The contents of an AEDAT 4 packet of events, decompressed: a FlatBuffer that starts with its size (u32), a table
 * whose field 0 is a vector of events. An event is 16 bytes, little-endian:
 *
 *     i64  time in microseconds
 *     i16  column, i16 row; (0, 0) is the upper left corner
 *     u8   1 ON, 0 OFF; and 3 bytes without a meaning
 */

import type { ByteSource } from "../../files/byte-source.ts";
import { allocateEvents, type Events, type Sensor } from "../events.ts";
import type { OffSensor } from "../recording-format.ts";
import { damaged, offSensor, outOfOrder } from "./damage.ts";
import { firstOf } from "./decode.ts";
import { fieldAt, rootTable, vectorAt } from "./flatbuffer.ts";

const eventBytes = 16;

/** Origin of a packet of events, and limits of its events. */
export interface PacketPlace {
  readonly source: ByteSource;
  /** Offset of the packet in the file. */
  readonly offset: number;
  /** Offset of its contents in the file; undefined where they are compressed, so that events have no offset. */
  readonly inFile: number | undefined;
  readonly sensor: Sensor;
  readonly off: OffSensor;
  /** Time of the event before, in microseconds. */
  readonly last: number;
}

export interface DecodedPacket {
  /** The events before the damage, where there is any. */
  readonly events: Events;
  /** Number of events in the packet, those off the sensor included. */
  readonly count: number;
  /** Error to be thrown once the events were handed out. */
  readonly damage?: unknown;
}

/** The events of the packet with the contents `bytes`. Throws DataError where these hold no vector of events. */
export const decodeEvents = (bytes: Uint8Array, place: PacketPlace): DecodedPacket => {
  const { source, offset, inFile, off } = place;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const { start, count } = locateEvents(view, source, offset);
  const events = allocateEvents(count);
  const { t: ts, x: xs, y: ys, polarity } = events;
  const { width, height } = place.sensor;
  let last = place.last;
  let kept = 0;
  let damage: unknown;
  try {
    for (let i = 0, at = start; i < count; i++, at += eventBytes) {
      const t = view.getUint32(at, true) + view.getInt32(at + 4, true) * 2 ** 32;
      const x = view.getUint16(at + 8, true);
      const y = view.getUint16(at + 10, true);
      const on = view.getUint8(at + 12);
      const isGood = t >= last && x < width && y < height && on <= 1 && t <= Number.MAX_SAFE_INTEGER;
      if (!isGood) {
        const where = inFile === undefined ? offset : inFile + at;
        const which = inFile === undefined ? `event ${i} of the packet` : "an event";
        if (x >= width || y >= height) {
          if (!off.drop) throw offSensor(source, where, x, y, place.sensor, which);
          off.count++;
          continue;
        }
        if (t < last) throw outOfOrder(source, where, t, last, which);
        if (on > 1) throw damaged(source, where, `${which} of polarity ${on}`, "0 or 1");
        throw damaged(source, where, `${which} at ${t} us`, "one before 2^53 us");
      }
      ts[kept] = t;
      xs[kept] = x;
      ys[kept] = y;
      polarity[kept++] = on;
      last = t;
    }
  } catch (error) {
    damage = error;
  }
  return { events: firstOf(events, kept), count, damage };
};

const locateEvents = (
  view: DataView,
  source: ByteSource,
  offset: number,
): { start: number; count: number } => {
  try {
    const table = rootTable(view, "EVTS");
    if (table === undefined) throw damaged(source, offset, "another packet", "a packet of events (EVTS)");
    const events = fieldAt(view, table, 0);
    return events === undefined ? { start: 0, count: 0 } : vectorAt(view, events, eventBytes);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw damaged(source, offset, "a packet of events that points outside itself", "a whole one");
  }
};
