import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DataError } from "../../../src/errors.ts";
import { type Event, eventLists, eventsOf } from "../encoders/event.ts";
import { encodeEvt21, evt21, evt21File, evt21Header, legacy } from "../encoders/evt21.ts";
import { text } from "../encoders/words.ts";
import { inPieces, readBytes, readSource, readUntilDamage } from "../read.ts";

const sensor = { width: 640, height: 480 };
const header = evt21Header("little");
const start = text(...header).length;

/** Events next to each other in a row, which share words. */
const rows: fc.Arbitrary<Event[]> = fc
  .tuple(eventLists(sensor, { most: 12 }), fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 20 }))
  .map(([list, steps]) =>
    list.flatMap((event) => {
      let x = event.x - 1;
      return [1, ...steps].map((step) => ({ ...event, x: (x += step) })).filter((next) => next.x < 640);
    }),
  );

describe("EVT 2.1", () => {
  it("reads the published layout, little-endian", async () => {
    const words = [
      [0, 0, 0, 0, 0x64, 0, 0, 0x80],
      [0x0b, 0, 0, 0, 0x07, 0, 0x41, 0x11],
      [0, 0, 0, 0x80, 0x08, 0, 0x82, 0x01],
    ].flat();
    const read = await readBytes(evt21File(header, words));
    expect(read).toMatchObject({ format: "evt21", sensor });
    expect(read.events).toEqual(
      eventsOf([
        { t: 6405, x: 32, y: 7, p: 1 },
        { t: 6405, x: 33, y: 7, p: 1 },
        { t: 6405, x: 35, y: 7, p: 1 },
        { t: 6406, x: 95, y: 8, p: 0 },
      ]),
    );
  });

  it("reads any events, in either order of the halves, across the ends of pieces", async () => {
    await fc.assert(
      fc.asyncProperty(rows, fc.integer({ min: 8, max: 90 }), async (list, most) => {
        const words = encodeEvt21(list);
        const bytes = evt21File(header, words);
        expect((await readSource(inPieces(bytes, most, start))).events).toEqual(eventsOf(list));
        const swapped = evt21File(evt21Header("legacy"), legacy(words));
        expect((await readBytes(swapped)).events).toEqual(eventsOf(list));
      }),
      { numRuns: 100 },
    );
  });

  it("makes chunks of bounded size from words that hold many events", async () => {
    const full = Array.from({ length: 10_000 }, () =>
      evt21.vector({ t: 0, x: 0, y: 1, p: 1 }, 2 ** 32 - 1),
    ).flat();
    const read = await readBytes(evt21File(header, [...evt21.time(0), ...full]));
    expect(read.events.t.length).toBe(320_000);
    expect(read.chunks).toBe(3);
  });

  it("leaves out other words, reserved ones and what comes before the first time", async () => {
    const event: Event = { t: 70, x: 5, y: 6, p: 1 };
    const words = [
      ...evt21.vector(event, 1),
      ...evt21.time(70),
      ...[10, 14, 15, 3].flatMap(evt21.other),
      ...evt21.vector(event, 1),
    ];
    const read = await readBytes(evt21File(header, words));
    expect(read.events).toEqual(eventsOf([event]));
    expect(read.remarks).toEqual(["1 word of reserved type 3 left out"]);
  });

  it("hands out the events before one off the sensor, or leaves it out", async () => {
    const words = [...evt21.time(0), ...evt21.vector({ t: 1, x: 632, y: 2, p: 0 }, 0b1_1000_0001)];
    const { events, error } = await readUntilDamage(evt21File(header, words));
    expect([...events.x]).toEqual([632, 639]);
    expect(error).toBeInstanceOf(DataError);
    expect(error).toMatchObject({ place: { offset: start + 8 }, given: "an event at column 640, row 2" });
    expect((await readBytes(evt21File(header, words), { dropOutside: true })).events).toEqual(events);
  });

  const time = evt21.time(64);
  it.each([
    ["a truncated end", evt21File(header, time).subarray(0, -1), `byte ${start}: got data without a time`],
    [
      "a truncated word",
      evt21File(header, [...time, ...time]).subarray(0, -1),
      `byte ${start + 8}: got the end of the file after 7 bytes`,
    ],
    ["no time", evt21File(header, evt21.other(10)), `byte ${start}: got data without a time`],
    [
      "time that goes back",
      evt21File(header, [...time, ...[9, 8].flatMap((t) => evt21.vector({ t, x: 1, y: 1, p: 1 }, 1))]),
      `byte ${start + 16}: got an event at 72 us after one at 73 us`,
    ],
    ["big-endian words", evt21File(evt21Header("big"), time), "got big-endian words"],
  ])("refuses %s, saying where", async (_, bytes, message) => {
    await expect(readBytes(bytes)).rejects.toThrow(DataError);
    await expect(readBytes(bytes)).rejects.toThrow(message);
  });
});
