import type { Event } from "./event.ts";
import { text, word } from "./words.ts";

export const aedat3Header = (camera: string): string[] => [
  "#!AER-DAT3.1\r\n",
  "#Format: RAW\r\n",
  `#Source 1: ${camera}\r\n`,
  "#Start-Time: 2016-05-30 12:16:43 (TZ-0700)\r\n",
  "#!END-HEADER\r\n",
];

/** The fields of a packet's header, and what follows it. */
export interface Aedat3Packet {
  readonly type: number;
  readonly source: number;
  readonly size: number;
  readonly timeOffset: number;
  readonly overflow: number;
  readonly capacity: number;
  readonly number: number;
  readonly valid: number;
  readonly body: readonly number[];
}

/** A packet of polarity events; those at `invalid` are marked so. */
export const polarityPacket = (
  events: readonly Event[],
  invalid: readonly number[] = [],
  room = 0,
): Aedat3Packet => {
  const overflow = Math.floor((events[0]?.t ?? 0) / 2 ** 31);
  const body = events.flatMap(({ t, x, y, p }, i) => [
    ...word("little", [15, x], [15, y], [1, p], [1, invalid.includes(i) ? 0 : 1]),
    ...word("little", [32, t - overflow * 2 ** 31]),
  ]);
  return {
    type: 1,
    source: 1,
    size: 8,
    timeOffset: 4,
    overflow,
    capacity: events.length + room,
    number: events.length,
    valid: events.length - invalid.length,
    body: [...body, ...Array<number>(room * 8).fill(0)],
  };
};

/** A packet of another type, such as 0, special events, or 2, frames. */
export const otherPacket = (type: number, size: number, number: number): Aedat3Packet => ({
  ...{ type, source: 1, size, timeOffset: 4, overflow: 0, capacity: number, number, valid: number },
  body: Array.from({ length: size * number }, (_, i) => i % 256),
});

/** The same events compressed: those after the first of one time go without it. */
export const serializedPacket = (events: readonly Event[], invalid: readonly number[] = []): Aedat3Packet => {
  const overflow = Math.floor((events[0]?.t ?? 0) / 2 ** 31);
  const pixels = events.map(({ x, y, p }, i) =>
    word("little", [15, x], [15, y], [1, p], [1, invalid.includes(i) ? 0 : 1]),
  );
  const body: number[] = [];
  for (let i = 0; i < events.length; ) {
    const { t } = events[i]!;
    const after = events.findIndex((event, k) => k > i && event.t !== t);
    const end = after < 0 ? events.length : after;
    const isRun = end - i >= 3;
    const time = t - overflow * 2 ** 31 + (isRun ? 2 ** 31 : 0);
    body.push(...pixels[i]!, ...word("little", [32, time]));
    i++;
    if (!isRun) continue;
    body.push(...pixels[i]!, ...word("little", [32, end - i - 1]), ...pixels.slice(i + 1, end).flat());
    i = end;
  }
  return { ...polarityPacket(events, invalid), type: 0x8001, capacity: body.length, body };
};

const packetBytes = (packet: Aedat3Packet): number[] => [
  ...word("little", [16, packet.type]),
  ...word("little", [16, packet.source]),
  ...word("little", [32, packet.size]),
  ...word("little", [32, packet.timeOffset]),
  ...word("little", [32, packet.overflow]),
  ...word("little", [32, packet.capacity]),
  ...word("little", [32, packet.number]),
  ...word("little", [32, packet.valid]),
  ...packet.body,
];

export const encodeAedat3 = (header: readonly string[], packets: readonly Aedat3Packet[]): Uint8Array =>
  Uint8Array.from([...text(...header), ...packets.flatMap(packetBytes)]);
