/** A valid recording of any size, written quickly: for what must not grow with a recording. */

import { open } from "node:fs/promises";
import { aedat3Header, encodeAedat3, polarityPacket } from "./encoders/aedat3.ts";

const eventsOfPacket = 8192;
const packetHeaderBytes = 28;

export interface LargeRecording {
  readonly bytes: number;
  readonly events: number;
  readonly firstUs: number;
  readonly lastUs: number;
}

/**
 * Writes a DVS128's AEDAT 3.1 file of at least `bytes` bytes to `path`, one event a microsecond. The i-th event is at
 * i us in column i % 127 and row i % 128, ON where i is even; i counts within its packet of 8192. One packet is encoded
 * and written over and over with other times, so that this is about as fast as the disk.
 */
export const writeLargeAedat3 = async (path: string, bytes: number): Promise<LargeRecording> => {
  const events = Array.from({ length: eventsOfPacket }, (_, i) => ({
    t: 0,
    x: i % 127,
    y: i % 128,
    p: i % 2 === 0 ? (1 as const) : (0 as const),
  }));
  const header = encodeAedat3(aedat3Header("DVS128"), []);
  const packet = encodeAedat3([], [polarityPacket(events)]);
  const packets = Math.ceil((bytes - header.length) / packet.length);
  // Words of 4 bytes in this machine's order, which must be the format's: little-endian.
  const words = new Int32Array(packet.buffer);
  const file = await open(path, "w");
  try {
    await file.write(header);
    for (let k = 0; k < packets; k++) {
      const first = k * eventsOfPacket;
      words[3] = Math.floor(first / 2 ** 31);
      for (let i = 0, time = first % 2 ** 31; i < eventsOfPacket; i++)
        words[packetHeaderBytes / 4 + i * 2 + 1] = time + i;
      await file.writeFile(packet);
    }
  } finally {
    await file.close();
  }
  const count = packets * eventsOfPacket;
  return { bytes: header.length + packets * packet.length, events: count, firstUs: 0, lastUs: count - 1 };
};
