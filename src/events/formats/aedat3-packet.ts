/**
 * Packets of AEDAT 3.1. All numbers are signed and little-endian. The header of a packet, before its events:
 *
 *     byte  0  i16  type of its events: 1 for polarity events; bit 15 is set if the packet is compressed
 *     byte  2  i16  source: which camera
 *     byte  4  i32  bytes of an event
 *     byte  8  i32  offset of the time in an event
 *     byte 12  i32  overflows of the time, each 2^31 us
 *     byte 16  i32  capacity: number of events the packet has room for; of a compressed packet, its length in bytes
 *     byte 20  i32  number of events in it
 *     byte 24  i32  number of valid ones
 */

import type { ByteSource } from "../../files/byte-source.ts";
import { damaged } from "./damage.ts";

export const packetHeaderBytes = 28;
/** Bytes of a polarity event. */
export const eventBytes = 8;
const polarityEvent = 1;
const compressed = 0x8000;

/** A packet that is being decoded. */
export interface Packet {
  /** Offset of its first byte in the file. */
  readonly offset: number;
  readonly camera: number;
  /** Time that its overflows add to each event, in microseconds. */
  readonly base: number;
  /** Whether its events are stored as aedat3-serialized.ts has it. */
  readonly isSerialized: boolean;
  /** Number of polarity events still to come in it, and of valid ones. */
  left: number;
  valid: number;
  /** Bytes still to come in it, unused room included; all of them in a packet of another type. */
  bytes: number;
}

/** Reads the header at byte `at` of `bytes`, byte `offset` of the file. Throws DataError. */
export const readPacketHeader = (source: ByteSource, bytes: DataView, at: number, offset: number): Packet => {
  const field = (byte: number): number => bytes.getInt32(at + byte, true);
  const flags = bytes.getUint16(at, true);
  const isSerialized = (flags & compressed) !== 0;
  const camera = bytes.getInt16(at + 2, true);
  const [size, overflows, capacity, number, valid] = [field(4), field(12), field(16), field(20), field(24)];
  const room = isSerialized ? `${capacity} compressed bytes` : `room for ${capacity}`;
  const holds = `${valid} valid of ${number} events of ${size} bytes, with ${room}`;
  if (size < 0 || valid < 0 || number < valid || capacity < 0 || (!isSerialized && capacity < number))
    throw damaged(source, offset, `a packet of ${holds}`, "no more valid events than events than room");
  const length = isSerialized ? capacity : size * capacity;
  if (offset + packetHeaderBytes + length > source.size)
    throw damaged(source, offset, `a packet of ${holds}`, "a packet that ends before the file does");
  const packet = { offset, camera, isSerialized, bytes: length };
  if ((flags & ~compressed) !== polarityEvent) return { ...packet, base: 0, left: 0, valid: 0 };
  if (size !== eventBytes || field(8) !== 4)
    throw damaged(source, offset, `polarity events of ${size} bytes`, `${eventBytes}, with the time last`);
  // Times are exact up to 2^53.
  if (overflows < 0 || overflows >= 2 ** 22)
    throw damaged(source, offset, `${overflows} overflows of the time`, `0 to ${2 ** 22 - 1}`);
  return { ...packet, base: overflows * 2 ** 31, left: number, valid };
};

/** Throws DataError unless as many events of the packet were valid as its header states. */
export const checkValid = (source: ByteSource, { offset, valid }: Packet): void => {
  if (valid === 0) return;
  const given = valid > 0 ? `${valid} valid events too few` : `${-valid} valid events too many`;
  throw damaged(source, offset, given, "as many as the packet's header says");
};
