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
export async function writeLargeAedat3(path: string, bytes: number): Promise<LargeRecording> {
  const events = Array.from({ length: eventsOfPacket }, (_, i) => ({
    t: 0,
    x: i % 127,
    y: i % 128,
    p: i % 2 === 0 ? (1 as const) : (0 as const),
  }));
  const header = encodeAedat3(aedat3Header("DVS128"), []);
  const packet = encodeAedat3([], [polarityPacket(events)]);
  const view = new DataView(packet.buffer);
  const packets = Math.ceil((bytes - header.length) / packet.length);
  const file = await open(path, "w");
  try {
    await file.write(header);
    for (let k = 0; k < packets; k++) {
      const first = k * eventsOfPacket;
      view.setInt32(12, Math.floor(first / 2 ** 31), true);
      for (let i = 0; i < eventsOfPacket; i++)
        view.setInt32(packetHeaderBytes + i * 8 + 4, (first % 2 ** 31) + i, true);
      await file.writeFile(packet);
    }
  } finally {
    await file.close();
  }
  const count = packets * eventsOfPacket;
  return { bytes: header.length + packets * packet.length, events: count, firstUs: 0, lastUs: count - 1 };
}
