import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DataError } from "../../../src/errors.ts";
import {
  aedat2Header,
  aedat2Word,
  davisEvent,
  dvs128Event,
  dvs640Event,
  encodeAedat2,
} from "../encoders/aedat2.ts";
import { type Event, eventLists, eventsOf } from "../encoders/event.ts";
import { text } from "../encoders/words.ts";
import { altered, inPieces, readBytes, readSource, readUntilDamage } from "../read.ts";

const sensor = { width: 346, height: 260 };
const header = aedat2Header("eu.seebetter.ini.chips.davis.Davis346red");
const start = text(...header).length;
const davis = (events: readonly Event[]): number[][] => events.map((event) => davisEvent(event, 346, 260));
const three: Event[] = [
  { t: 10, x: 345, y: 0, p: 1 },
  { t: 10, x: 0, y: 259, p: 0 },
  { t: 99, x: 5, y: 6, p: 1 },
];
/** Frames' samples, motion sensors', and triggers. */
const others = [
  aedat2Word(
    [
      [1, 1],
      [9, 300],
      [10, 5],
      [2, 0],
      [10, 777],
    ],
    0,
  ),
  aedat2Word(
    [
      [1, 1],
      [9, 300],
      [10, 5],
      [2, 3],
      [10, 777],
    ],
    5,
  ),
  aedat2Word(
    [
      [1, 0],
      [9, 0],
      [10, 0],
      [2, 1],
      [10, 0],
    ],
    7,
  ),
];

describe("AEDAT 2.0", () => {
  it("reads a DAVIS's address as jAER does, with the first row on top", async () => {
    const bytes = Uint8Array.from([...text(...header), 0x00, 0x40, 0x28, 0x00, 0, 0, 1, 2]);
    const read = await readBytes(bytes);
    expect(read).toMatchObject({ format: "aedat2", sensor });
    expect(read.events).toEqual(eventsOf([{ t: 258, x: 343, y: 258, p: 1 }]));
  });

  it("reads a DVS128's address as jAER does, where a bit that is set is OFF", async () => {
    const dvs = aedat2Header("ch.unizh.ini.jaer.chip.retina.DVS128");
    const bytes = Uint8Array.from([
      ...text(...dvs),
      0,
      0,
      0x01,
      0x04,
      0,
      0,
      0,
      9,
      0,
      0,
      0x7f,
      0xff,
      0,
      0,
      0,
      9,
    ]);
    const read = await readBytes(bytes);
    expect(read.sensor).toEqual({ width: 128, height: 128 });
    expect(read.events).toEqual(
      eventsOf([
        { t: 9, x: 125, y: 126, p: 1 },
        { t: 9, x: 0, y: 0, p: 0 },
      ]),
    );
  });

  it("reads any events between others, across the ends of the clock's 32 bits and of pieces", async () => {
    const lists = eventLists(sensor, { first: 2 ** 31, step: 2 ** 30, most: 20 });
    await fc.assert(
      fc.asyncProperty(lists, fc.integer({ min: 8, max: 50 }), async (list, most) => {
        const words = davis(list).flatMap((event) => [...others, event]);
        const read = await readSource(inPieces(encodeAedat2(header, words), most, start));
        expect(read.events).toEqual(eventsOf(list));
      }),
      { numRuns: 100 },
    );
  });

  it("reads any events of a DVS128, whose size may be the caller's", async () => {
    const given = { width: 128, height: 128 };
    const external = aedat2Word(
      [
        [16, 0],
        [1, 1],
        [15, 0],
      ],
      3,
    );
    await fc.assert(
      fc.asyncProperty(eventLists(given), async (list) => {
        const bytes = encodeAedat2(aedat2Header(), [external, ...list.map(dvs128Event)]);
        expect((await readBytes(bytes, { sensor: given })).events).toEqual(eventsOf(list));
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    ["eu.seebetter.ini.chips.davis.DAVIS240C", 240, 180],
    ["eu.seebetter.ini.chips.davis.Davis346B", 346, 260],
    ["eu.seebetter.ini.chips.davis.Davis640", 640, 480],
  ])("knows the chip %s", async (chip, width, height) => {
    const event: Event = { t: 1, x: width - 1, y: height - 1, p: 0 };
    const bytes = encodeAedat2(aedat2Header(chip), [davisEvent(event, width, height)]);
    expect(await readBytes(bytes)).toMatchObject({ sensor: { width, height }, events: eventsOf([event]) });
  });

  it.each([
    ["DAVIS240C", 240, 180, davisEvent],
    ["eu.seebetter.ini.chips.davis.Davis128", 128, 128, davisEvent],
    ["eu.seebetter.ini.chips.davis.Davis208PixelParade", 208, 192, davisEvent],
    ["ch.unizh.ini.jaer.chip.retina.DVS640", 640, 480, dvs640Event],
    ["ch.unizh.ini.jaer.chip.retina.DVS1280x720SD", 1280, 720, dvs640Event],
  ] as const)("decodes the addresses of the chip %s", async (chip, width, height, encode) => {
    const list: Event[] = [
      { t: 1, x: width - 1, y: height - 1, p: 0 },
      { t: 2, x: 0, y: 0, p: 1 },
      { t: 3, x: 9, y: 100, p: 1 },
    ];
    const words = list.map((event) => encode(event, width, height));
    const read = await readBytes(encodeAedat2(aedat2Header(chip), words));
    expect(read).toMatchObject({ sensor: { width, height }, events: eventsOf(list) });
  });

  it("decodes a DVXplorer's addresses from the upper left corner", async () => {
    const address = [0x00, 0x40, 0x28, 0x00];
    const dvx = aedat2Header("ch.unizh.ini.jaer.chip.retina.DVXplorer");
    const { events } = await readBytes(Uint8Array.from([...text(...dvx), ...address, 0, 0, 1, 2]));
    expect(events).toEqual(eventsOf([{ t: 258, x: 2, y: 1, p: 1 }]));
  });

  it.each([
    [640, 480, dvs640Event],
    [346, 260, davisEvent],
    [240, 180, davisEvent],
  ] as const)(
    "decodes v2e's files, which name no chip, by the size %i x %i",
    async (width, height, encode) => {
      // v2e-640x480.aedat of v2e: address x << 1, y << 11, polarity in bit 0.
      const list: Event[] = [
        { t: 100, x: 10, y: 20, p: 1 },
        { t: 200, x: width - 1, y: height - 1, p: 0 },
        { t: 500, x: 0, y: 0, p: 1 },
      ];
      const words = list.map((event) => encode(event, width, height));
      const read = await readBytes(encodeAedat2(aedat2Header(), words), { sensor: { width, height } });
      expect(read.events).toEqual(eventsOf(list));
    },
  );

  it("reads the address of v2e at 640 x 480 bit for bit", async () => {
    const bytes = Uint8Array.from([...text(...aedat2Header()), 0x00, 0x0e, 0x5c, 0xeb, 0, 0, 0, 100]);
    const { events } = await readBytes(bytes, { sensor: { width: 640, height: 480 } });
    expect(events).toEqual(eventsOf([{ t: 100, x: 10, y: 20, p: 1 }]));
  });

  it("refuses a file without a chip whose size fits none, and one without a size", async () => {
    const bytes = encodeAedat2(aedat2Header(), []);
    await expect(readBytes(bytes, { sensor: { width: 320, height: 240 } })).rejects.toThrow(
      /names no chip, and a sensor of 320x240 pixels; expected .*640x480.*AEChip/,
    );
    await expect(readBytes(bytes)).rejects.toThrow(/does not say how large its sensor is/);
  });

  it("hands out the events before one off the sensor, or leaves it out and says so", async () => {
    const outside = aedat2Word(
      [
        [1, 0],
        [9, 306],
        [10, 0],
        [12, 0],
      ],
      50,
    );
    const bytes = encodeAedat2(header, [...davis(three.slice(0, 2)), outside, ...davis(three.slice(2))]);
    const { events, error } = await readUntilDamage(bytes);
    expect(events).toEqual(eventsOf(three.slice(0, 2)));
    expect(error).toMatchObject({
      place: { offset: start + 16 },
      remedy: expect.stringContaining("--drop-outside"),
    });
    const read = await readBytes(bytes, { dropOutside: true });
    expect(read.events).toEqual(eventsOf(three));
    expect(read.remarks).toEqual(["1 event off the sensor of 346x260 pixels left out"]);
  });

  it("tells an event that starts with # from a line of the header", async () => {
    const event: Event = { t: 1, x: 3, y: 259 - 141, p: 1 };
    const bytes = encodeAedat2(header, davis([event]));
    expect(bytes[start]).toBe("#".charCodeAt(0));
    expect((await readBytes(bytes)).events).toEqual(eventsOf([event]));
  });

  it("reads a header without events as none", async () => {
    expect(await readBytes(encodeAedat2(header, []))).toMatchObject({ sensor, events: eventsOf([]) });
  });

  const bytes = encodeAedat2(header, davis(three));
  it.each([
    [
      "a truncated end",
      bytes.subarray(0, start + 20),
      `byte ${start + 16}: got the end of the file after 4 bytes`,
    ],
    ["a truncated header", bytes.subarray(0, 30), "byte 14: got a header line without an end"],
    [
      "an unknown chip",
      encodeAedat2(aedat2Header("a.b.Cochlea"), []),
      "got the chip a.b.Cochlea; expected a DVS128",
    ],
    [
      "a row beyond the sensor",
      altered(bytes, start, 0x7f),
      `byte ${start}: got an event at column 345, row -252`,
    ],
    [
      "time that goes back",
      altered(bytes, start + 15, 9),
      `byte ${start + 8}: got an event at 9 us after one at 10 us`,
    ],
  ])("refuses %s, saying where", async (_, damagedBytes, message) => {
    await expect(readBytes(damagedBytes)).rejects.toThrow(DataError);
    await expect(readBytes(damagedBytes)).rejects.toThrow(message);
    await expect(readSource(inPieces(damagedBytes, 8, start))).rejects.toThrow(message);
  });
});
