import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DataError } from "../../../src/errors.ts";
import { type Event, eventLists, eventsOf } from "../encoders/event.ts";
import { rawHeader } from "../encoders/evt2.ts";
import { encodeEvt3, evt3 } from "../encoders/evt3.ts";
import { text, word } from "../encoders/words.ts";
import { inPieces, readBytes, readSource, readUntilDamage } from "../read.ts";

const sensor = { width: 1280, height: 720 };
const header = rawHeader("3.0", 1280, 720);
const start = text(...header).length;
const raw = (...words: readonly number[][]): Uint8Array =>
  Uint8Array.from([...text(...header), ...words.flat()]);

/** Events next to each other in a row, as vectors hold them. */
const rows: fc.Arbitrary<Event[]> = fc
  .tuple(eventLists(sensor, { most: 12 }), fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 20 }))
  .map(([list, steps]) =>
    list.flatMap((event) => {
      let x = event.x - 1;
      return [1, ...steps].map((step) => ({ ...event, x: (x += step) })).filter((next) => next.x < 1280);
    }),
  );

describe("EVT 3.0", () => {
  it("reads the published layout, without a header when it is named", async () => {
    // time high 1, time low 2, row 3, column 4 ON, base 16 OFF, vector of 12, vector of 8, column 5 OFF
    const words = [0x8001, 0x6002, 0x0003, 0x2804, 0x3010, 0x4801, 0x5081, 0x2005];
    const bytes = Uint8Array.from(words.flatMap((value) => word("little", [16, value])));
    const read = await readBytes(bytes, { format: "evt3", sensor });
    const at = (x: number, p: 0 | 1): Event => ({ t: 4098, x, y: 3, p });
    expect(read.events).toEqual(eventsOf([at(4, 1), at(16, 0), at(27, 0), at(28, 0), at(35, 0), at(5, 0)]));
    expect(read).toMatchObject({ format: "evt3", sensor });
  });

  it("reads any events, single and in vectors, across the ends of pieces", async () => {
    await fc.assert(
      fc.asyncProperty(rows, fc.integer({ min: 2, max: 50 }), async (list, most) => {
        const read = await readSource(inPieces(encodeEvt3(header, list), most, start));
        expect(read).toMatchObject({ format: "evt3", sensor });
        expect(read.events).toEqual(eventsOf(list));
      }),
      { numRuns: 200 },
    );
  });

  it("continues when the time wraps around after 24 bits, and again", async () => {
    const list = [1, 2, 3, 4, 5, 6, 7, 8, 9].map(
      (quarter, i): Event => ({ t: quarter * 2 ** 22 - 4 + i, x: i, y: i, p: 0 }),
    );
    expect((await readBytes(encodeEvt3(header, list))).events).toEqual(eventsOf(list));
  });

  it("keeps the time's low bits when the same high ones are said again, and drops them with new ones", async () => {
    const [time, row] = [evt3.timeHigh(4096), evt3.y(1)];
    const { events } = await readBytes(
      raw(time, evt3.timeLow(5), row, time, evt3.x(1, 0), evt3.timeHigh(8192), evt3.x(2, 1)),
    );
    expect([...events.t]).toEqual([4101, 8192]);
  });

  it("makes chunks of bounded size from words that hold many events", async () => {
    const full = evt3.vector12(0xfff);
    const words = [
      evt3.timeHigh(0),
      evt3.y(1),
      ...Array.from({ length: 20_000 }, () => [...evt3.base(7, 1), ...full]),
    ];
    const read = await readBytes(raw(...words));
    expect(read.events.t.length).toBe(240_000);
    expect(read.chunks).toBe(2);
    expect(new Set(read.events.x).size).toBe(12);
  });

  it("leaves out triggers and what makers add, and what comes before the first time", async () => {
    const added = [0x7, 0xa, 0xe, 0xf].map((type) => evt3.other(type, 123));
    const list: Event[] = [{ t: 5, x: 1, y: 2, p: 0 }];
    const words = [...encodeEvt3([], list)];
    const { events } = await readBytes(raw(evt3.y(3), evt3.x(4, 1), ...added, words, ...added));
    expect(events).toEqual(eventsOf(list));
  });

  it("leaves out what comes before the first row, and vectors before their first column", async () => {
    const words = [
      ...[
        evt3.timeHigh(0),
        evt3.x(9, 1),
        evt3.vector8(3),
        evt3.base(5, 0),
        evt3.vector12(1),
        evt3.timeLow(3),
      ],
      ...[evt3.y(2), evt3.x(4, 1), evt3.vector8(1), evt3.base(7, 1), evt3.vector8(0b101)],
    ];
    const at = (x: number, p: 0 | 1): Event => ({ t: 3, x, y: 2, p });
    // The base was said before the row: it has moved on by the vector of 12.
    const expected = eventsOf([at(4, 1), at(17, 0), at(7, 1), at(9, 1)]);
    expect((await readBytes(raw(...words))).events).toEqual(expected);
    expect((await readSource(inPieces(raw(...words), 2, start))).events).toEqual(expected);
    const late = [
      evt3.timeHigh(0),
      evt3.y(2),
      evt3.vector8(1),
      evt3.x(4, 1),
      evt3.base(7, 1),
      evt3.vector8(1),
    ];
    expect((await readBytes(raw(...late))).events.x).toEqual(Uint16Array.of(4, 7));
  });

  it("takes rows and columns from before the first time, and no events", async () => {
    const before = [evt3.y(77), evt3.x(9, 1), evt3.base(5, 1), evt3.vector8(3)];
    const { events } = await readBytes(
      raw(...before, evt3.timeHigh(4096), evt3.x(427, 1), evt3.vector12(1), evt3.y(101), evt3.x(16, 0)),
    );
    expect(events).toEqual(
      eventsOf([
        { t: 4096, x: 427, y: 77, p: 1 },
        { t: 4096, x: 13, y: 77, p: 1 },
        { t: 4096, x: 16, y: 101, p: 0 },
      ]),
    );
  });

  it("leaves out words of reserved types and says so", async () => {
    const words = [evt3.timeHigh(0), evt3.y(5), evt3.x(3, 1), evt3.other(9, 0x123), evt3.x(4, 0)];
    const read = await readBytes(raw(...words));
    expect([...read.events.x]).toEqual([3, 4]);
    expect(read.remarks).toEqual(["1 word of reserved type 9 left out"]);
  });

  it("leaves out the columns of vectors off the sensor, if that is asked for", async () => {
    const words = [evt3.timeHigh(0), evt3.y(5), evt3.base(1276, 1), evt3.vector12(0b11111001), evt3.x(1, 0)];
    const { events, error } = await readUntilDamage(raw(evt3.timeHigh(0), evt3.y(1), evt3.x(7, 1), ...words));
    expect([...events.x]).toEqual([7]);
    expect(error).toBeInstanceOf(DataError);
    const dropped = await readBytes(raw(...words, evt3.y(720), evt3.base(0, 1), evt3.vector8(7)), {
      dropOutside: true,
    });
    expect([...dropped.events.x]).toEqual([1276, 1279, 1]);
    expect(dropped.remarks).toEqual(["7 events off the sensor of 1280x720 pixels left out"]);
  });

  it("reads an empty vector beyond the sensor, and none that is not", async () => {
    const begin = [evt3.timeHigh(0), evt3.y(1), evt3.base(1279, 0)];
    const read = await readBytes(raw(...begin, evt3.vector8(1), evt3.vector12(0), evt3.vector12(0)));
    expect([...read.events.x]).toEqual([1279]);
    await expect(readBytes(raw(...begin, evt3.vector8(2)))).rejects.toThrow(/column 1280, row 1; .*1280x720/);
    await expect(readBytes(raw(...begin, evt3.vector8(1), evt3.vector8(1)))).rejects.toThrow(/column 1287/);
  });

  const time = evt3.timeHigh(0);
  it.each([
    [
      "a truncated end",
      raw(time, evt3.y(1), evt3.x(1, 1)).subarray(0, -1),
      `byte ${start + 4}: got the end of the file after 1 bytes`,
    ],
    ["no time at all", raw(evt3.y(1), evt3.x(1, 1)), `byte ${start}: got data without a time`],
    ["an event without a row", raw(time, evt3.x(1, 1)), `byte ${start + 2}: got an event before its row`],
    [
      "a vector without a row",
      raw(time, evt3.base(1, 1), evt3.vector8(1)),
      `byte ${start + 4}: got an event before its row`,
    ],
    [
      "a vector without a column",
      raw(time, evt3.y(1), evt3.vector8(1)),
      `byte ${start + 4}: got an event before its column`,
    ],
    [
      "a column beyond the sensor",
      raw(time, evt3.y(1), evt3.x(1280, 0)),
      `byte ${start + 4}: got an event at column 1280, row 1`,
    ],
    [
      "a row beyond the sensor",
      raw(time, evt3.y(720), evt3.x(0, 0)),
      `byte ${start + 4}: got an event at column 0, row 720`,
    ],
    [
      "time that goes back",
      raw(time, evt3.timeLow(9), evt3.y(1), evt3.x(1, 0), evt3.timeLow(8), evt3.x(1, 0)),
      `byte ${start + 10}: got an event at 8 us after one at 9 us`,
    ],
    [
      "a vector's time that goes back",
      raw(time, evt3.timeLow(9), evt3.y(1), evt3.x(1, 0), evt3.timeLow(8), evt3.base(1, 0), evt3.vector8(1)),
      `byte ${start + 12}: got an event at 8 us after one at 9 us`,
    ],
  ])("refuses %s, saying where", async (_, damagedBytes, message) => {
    await expect(readBytes(damagedBytes)).rejects.toThrow(DataError);
    await expect(readBytes(damagedBytes)).rejects.toThrow(message);
    await expect(readSource(inPieces(damagedBytes, 2, start))).rejects.toThrow(message);
  });
});
