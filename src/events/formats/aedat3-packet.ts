/**
 * Packets of AEDAT 3.1. All numbers are signed and little-endian. A packet's header, before its events:
 *
 *     byte  0  i16  type of its events: 1 for changes of brightness
 *     byte  2  i16  source: which camera
 *     byte  4  i32  bytes of an event
 *     byte  8  i32  where in an event its time is
 *     byte 12  i32  overflows of the time, each 2^31 us
 *     byte 16  i32  capacity: for how many events the packet has room
 *     byte 20  i32  number of events in it
 *     byte 24  i32  number of valid ones
 */

import type { ByteSource } from "../../files/byte-source.ts";
import { damaged } from "./damage.ts";

export const packetHeaderBytes = 28;
/** Of a change of brightness. */
export const eventBytes = 8;
const changeOfBrightness = 1;

/** A packet that is being decoded. */
export interface Packet {
  /** Where in the file it starts. */
  readonly offset: number;
  readonly camera: number;
  /** What its overflows add to each time, in microseconds. */
  readonly base: number;
  /** How many changes of brightness are still to come in it, and how many valid ones. */
  left: number;
  valid: number;
  /** Bytes behind those, to be skipped: unused room, or all of a packet of another type. */
  readonly unused: number;
}

/** The packet whose header is at byte `at` of `bytes`, byte `offset` of the file. Throws DataError. */
export const readPacketHeader = (source: ByteSource, bytes: DataView, at: number, offset: number): Packet => {
  const field = (byte: number): number => bytes.getInt32(at + byte, true);
  const type = bytes.getInt16(at, true);
  const camera = bytes.getInt16(at + 2, true);
  const [size, overflows, capacity, number, valid] = [field(4), field(12), field(16), field(20), field(24)];
  const holds = `${valid} valid of ${number} events of ${size} bytes, with room for ${capacity}`;
  if (size < 0 || valid < 0 || number < valid || capacity < number)
    throw damaged(source, offset, `a packet of ${holds}`, "no more valid events than events than room");
  const room = size * capacity;
  if (offset + packetHeaderBytes + room > source.size)
    throw damaged(source, offset, `a packet of ${holds}`, "a packet that ends before the file does");
  if (type !== changeOfBrightness) return { offset, camera, base: 0, left: 0, valid: 0, unused: room };
  if (size !== eventBytes || field(8) !== 4)
    throw damaged(
      source,
      offset,
      `changes of brightness of ${size} bytes`,
      `${eventBytes}, with the time last`,
    );
  // Times are exact up to 2^53.
  if (overflows < 0 || overflows >= 2 ** 22)
    throw damaged(source, offset, `${overflows} overflows of the time`, `0 to ${2 ** 22 - 1}`);
  return {
    offset,
    camera,
    base: overflows * 2 ** 31,
    left: number,
    valid,
    unused: room - number * eventBytes,
  };
};

/** Throws DataError unless as many events of the packet were valid as its header says. */
export const checkValid = (source: ByteSource, { offset, valid }: Packet): void => {
  if (valid === 0) return;
  const given = valid > 0 ? `${valid} valid events too few` : `${-valid} valid events too many`;
  throw damaged(source, offset, given, "as many as the packet's header says");
};
