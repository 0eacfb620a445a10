import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DataError } from "../../../src/errors.ts";
import {
  aedat3Header,
  encodeAedat3,
  otherPacket,
  polarityPacket,
  serializedPacket,
} from "../encoders/aedat3.ts";
import { type Event, eventLists, eventsOf } from "../encoders/event.ts";
import { text } from "../encoders/words.ts";
import { altered, inPieces, readBytes, readSource, readUntilDamage } from "../read.ts";

const sensor = { width: 128, height: 128 };
const header = aedat3Header("DVS128");
const start = text(...header).length;
const three: Event[] = [
  { t: 10, x: 127, y: 0, p: 1 },
  { t: 10, x: 0, y: 127, p: 0 },
  { t: 99, x: 5, y: 6, p: 1 },
];

describe("AEDAT 3.1", () => {
  it("reads the published layout", async () => {
    const packet = [1, 0, 1, 0, 8, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0];
    const event = [0x0f, 0x01, 0x0a, 0x00, 0x40, 0x42, 0x0f, 0x00];
    const read = await readBytes(Uint8Array.from([...text(...header), ...packet, ...event]));
    expect(read).toMatchObject({ format: "aedat3", sensor });
    expect(read.events).toEqual(eventsOf([{ t: 1_000_000, x: 5, y: 67, p: 1 }]));
  });

  it("reads any packets between those of other types, across the ends of pieces", async () => {
    const lists = eventLists(sensor, { most: 40 });
    const packets = fc.tuple(
      lists,
      fc.integer({ min: 1, max: 9 }),
      fc.nat(2),
      fc.integer({ min: 28, max: 90 }),
    );
    await fc.assert(
      fc.asyncProperty(packets, async ([list, size, room, most]) => {
        const parts = Array.from({ length: Math.ceil(list.length / size) }, (_, i) =>
          list.slice(i * size, (i + 1) * size),
        );
        const bytes = encodeAedat3(header, [
          otherPacket(2, 100, 3),
          ...parts.flatMap((part) => [
            polarityPacket(part, [], room),
            otherPacket(0, 8, 2),
            polarityPacket([], [], room),
          ]),
        ]);
        expect((await readSource(inPieces(bytes, most, start))).events).toEqual(eventsOf(list));
      }),
      { numRuns: 200 },
    );
  });

  it("reads compressed packets between others, compressed or not, across the ends of pieces", async () => {
    const packets = fc.tuple(
      eventLists(sensor, { step: 3, most: 80, size: "max" }),
      fc.constantFrom(1, 1000),
      fc.integer({ min: 1, max: 40 }),
      fc.oneof(fc.integer({ min: 28, max: 90 }), fc.constant(1000)),
      fc.boolean(),
    );
    await fc.assert(
      fc.asyncProperty(packets, async ([fine, tick, size, most, isPadded]) => {
        const list = fine.map((event) => ({ ...event, t: event.t - (event.t % tick) }));
        const parts = Array.from({ length: Math.ceil(list.length / size) }, (_, i) =>
          list.slice(i * size, (i + 1) * size),
        );
        const frames = {
          ...otherPacket(2, 0, 3),
          type: 0x8002,
          size: 1000,
          capacity: 20,
          body: Array(20).fill(7),
        };
        const bytes = encodeAedat3(header, [
          ...(isPadded ? [frames] : []),
          ...parts.flatMap((part, i) => [
            i % 2 === 1 ? polarityPacket(part) : serializedPacket(part),
            ...(isPadded ? [otherPacket(0, 8, 2), serializedPacket([])] : []),
          ]),
        ]);
        expect((await readSource(inPieces(bytes, most, start))).events).toEqual(eventsOf(list));
      }),
      { numRuns: 100 },
    );
  });

  it("reads the events of a packet that come after many compressed ones in the same piece", async () => {
    const shared = Array.from({ length: 100 }, (_, x): Event => ({ t: 7, x, y: 1, p: 1 }));
    const later = shared.map((event, k) => ({ ...event, t: 8 + k }));
    const { events } = await readBytes(
      encodeAedat3(header, [serializedPacket(shared), polarityPacket(later)]),
    );
    expect(events).toEqual(eventsOf([...shared, ...later]));
  });

  it("reads a compressed packet as cAER writes it", async () => {
    const packet = [1, 0x80, 1, 0, 8, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 28, 0, 0, 0, 4, 0, 0, 0, 4, 0, 0, 0];
    const events = [
      ...[0x57, 0, 0x2e, 0, 0xe8, 3, 0, 0],
      ...[0x6d, 2, 0x80, 0, 0xf3, 3, 0, 0x80, 0x25, 0, 0x36, 0, 1, 0, 0, 0, 0x8f, 2, 0xdc, 0],
    ];
    const davis = text(...aedat3Header("DAVIS240C"));
    const read = await readBytes(Uint8Array.from([...davis, ...packet, ...events]));
    expect(read.events).toEqual(
      eventsOf([
        { t: 1000, x: 23, y: 21, p: 1 },
        { t: 1011, x: 64, y: 155, p: 0 },
        { t: 1011, x: 27, y: 9, p: 0 },
        { t: 1011, x: 110, y: 163, p: 1 },
      ]),
    );
  });

  it("leaves out events that are not valid, wherever they seem to be", async () => {
    const stray: Event = { t: 0, x: 32_000, y: 32_000, p: 0 };
    const packet = polarityPacket([stray, three[0]!, stray, three[1]!], [0, 2]);
    const { events } = await readBytes(encodeAedat3(header, [packet, polarityPacket([stray], [0])]));
    expect(events).toEqual(eventsOf(three.slice(0, 2)));
  });

  it("adds 2^31 us for each overflow of the time", async () => {
    const late: Event[] = [
      { t: 2 ** 31 - 1, x: 1, y: 2, p: 0 },
      { t: 2 ** 31, x: 3, y: 4, p: 1 },
      { t: 5 * 2 ** 31 + 7, x: 3, y: 4, p: 1 },
    ];
    const { events } = await readBytes(
      encodeAedat3(
        header,
        late.map((event) => polarityPacket([event])),
      ),
    );
    expect(events).toEqual(eventsOf(late));
  });

  it.each([
    ["DAVIS240C", 240, 180],
    ["DAVIS346BSI", 346, 260],
    ["eDVS4337", 128, 128],
  ])("knows the camera %s", async (camera, width, height) => {
    const bytes = encodeAedat3(aedat3Header(camera), [polarityPacket(three)]);
    expect(await readBytes(bytes)).toMatchObject({ sensor: { width, height }, events: eventsOf(three) });
  });

  it("knows the camera of a recording of a recording", async () => {
    const lines = [...header.slice(0, 2), "#-Source 0: DAVIS240C\r\n", "#Source 1: File\r\n", header.at(-1)!];
    expect(await readBytes(encodeAedat3(lines, []))).toMatchObject({ sensor: { width: 240, height: 180 } });
  });

  it("refuses compressed packets that end early or hold longer runs than events", async () => {
    const shared: Event[] = [1, 2, 3, 4].map((x) => ({ t: 7, x, y: 1, p: 1 }));
    const whole = serializedPacket(shared);
    const early = { ...whole, number: 6, valid: 6 };
    await expect(readBytes(encodeAedat3(header, [early]))).rejects.toThrow(
      `byte ${start}: got a compressed packet that ends 2 events early`,
    );
    const body = whole.body.with(12, 9);
    await expect(readBytes(encodeAedat3(header, [{ ...whole, body }]))).rejects.toThrow(
      `byte ${start + 36}: got a run of 9 more events; expected at most 2`,
    );
  });

  it("hands out the events before damage, and leaves out those off the sensor if asked to", async () => {
    const outside: Event = { t: 50, x: 128, y: 3, p: 1 };
    for (const pack of [polarityPacket, serializedPacket]) {
      const bad = encodeAedat3(header, [pack([...three.slice(0, 2), outside, three[2]!])]);
      const { events, error } = await readUntilDamage(bad);
      expect(events).toEqual(eventsOf(three.slice(0, 2)));
      expect(error).toBeInstanceOf(DataError);
      expect((await readBytes(bad, { dropOutside: true })).events).toEqual(eventsOf(three));
    }
  });

  const packet = polarityPacket(three);
  const bytes = encodeAedat3(header, [packet]);
  it.each([
    [
      "a truncated end",
      bytes.subarray(0, -1),
      `byte ${start}: got a packet of 3 valid of 3 events of 8 bytes`,
    ],
    [
      "a truncated packet header",
      bytes.subarray(0, start + 27),
      `byte ${start}: got the end of the file after 27 bytes`,
    ],
    [
      "a truncated packet of another type",
      encodeAedat3(header, [packet, otherPacket(2, 500, 1)]).subarray(0, -1),
      `byte ${start + 52}:`,
    ],
    [
      "a huge packet",
      encodeAedat3(header, [{ ...packet, capacity: 2 ** 31 - 1 }]),
      "with room for 2147483647",
    ],
    [
      "more events than room",
      encodeAedat3(header, [{ ...packet, capacity: 2 }]),
      `byte ${start}: got a packet of 3 valid of 3`,
    ],
    [
      "more valid events than events",
      encodeAedat3(header, [{ ...packet, valid: 4 }]),
      "got a packet of 4 valid of 3",
    ],
    [
      "fewer valid events than it says",
      encodeAedat3(header, [polarityPacket([], [], 1), { ...polarityPacket(three, [1]), valid: 3 }]),
      `byte ${start + 36}: got 1 valid events too few`,
    ],
    [
      "more valid events than it says",
      encodeAedat3(header, [{ ...packet, valid: 1 }]),
      "got 2 valid events too many",
    ],
    [
      "events of 12 bytes",
      encodeAedat3(header, [{ ...packet, size: 12, capacity: 3, body: Array(36).fill(1) }]),
      "polarity events of 12 bytes",
    ],
    ["a negative size", encodeAedat3(header, [{ ...packet, size: -8 }]), "events of -8 bytes"],
    [
      "absurd overflows",
      encodeAedat3(header, [{ ...packet, overflow: 2 ** 30 }]),
      "1073741824 overflows of the time",
    ],
    [
      "a second camera",
      encodeAedat3(header, [packet, { ...packet, source: 2 }]),
      `byte ${start + 52}: got events of a second camera`,
    ],
    [
      "a column beyond the sensor",
      altered(bytes, start + 28, 0x03, 0, 0, 0x01),
      `byte ${start + 28}: got an event at column 128`,
    ],
    [
      "time that goes back",
      altered(bytes, start + 40, 9),
      `byte ${start + 36}: got an event at 9 us after one at 10 us`,
    ],
    [
      "a packet before the last one",
      encodeAedat3(header, [packet, packet]),
      `byte ${start + 80}: got an event at 10 us after one at 99 us`,
    ],
    ["negative time", altered(bytes, start + 35, 0xff), `byte ${start + 28}: got an event at -16777206 us`],
    [
      "AEDAT 3.0",
      encodeAedat3(["#!AER-DAT3.0\r\n", ...header.slice(1)], []),
      'byte 0: got #!AER-DAT3.0; expected "#!AER-DAT3.1"',
    ],
    [
      "a header without an end",
      encodeAedat3(header.slice(0, -1), [packet]),
      'a header that ends with "#!END-HEADER"',
    ],
    ["a truncated header", bytes.subarray(0, 20), "byte 14: got a header line without an end"],
    [
      "an unknown camera",
      encodeAedat3(aedat3Header("DYNAPSE"), [packet]),
      "does not say how large its sensor is",
    ],
  ])("refuses %s, saying where", async (_, damagedBytes, message) => {
    await expect(readBytes(damagedBytes)).rejects.toThrow(DataError);
    await expect(readBytes(damagedBytes)).rejects.toThrow(message);
    await expect(readSource(inPieces(damagedBytes, 28, start))).rejects.toThrow(message);
  });
});
