import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DataError } from "../../../src/errors.ts";
import { type Event, eventLists, eventsOf } from "../encoders/event.ts";
import { encodeNmnist } from "../encoders/nmnist.ts";
import { word } from "../encoders/words.ts";
import { altered, inPieces, readBytes, readSource } from "../read.ts";

const sensor = { width: 34, height: 34 };
const options = { format: "nmnist" };
const three: Event[] = [
  { t: 1, x: 33, y: 0, p: 1 },
  { t: 70_000, x: 0, y: 33, p: 0 },
  { t: 70_000, x: 7, y: 15, p: 1 },
];

describe("N-MNIST", () => {
  it("reads the published layout", async () => {
    const bytes = Uint8Array.of(7, 15, 0x80, 0x02, 0x8e, 19, 18, 0x01, 0x0b, 0xb7);
    const { events } = await readBytes(bytes, options);
    expect(events).toEqual(
      eventsOf([
        { t: 654, x: 7, y: 15, p: 1 },
        { t: 0x10bb7, x: 19, y: 18, p: 0 },
      ]),
    );
  });

  it("reads a published recording", async () => {
    const path = new URL("../../fixtures/events/nmnist-train-1-00605.bin", import.meta.url);
    const { events } = await readBytes(await readFile(fileURLToPath(path)), options);
    const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);
    // By another program.
    expect(events.t.length).toBe(1199);
    expect(sum(events.polarity)).toBe(655);
    expect([sum(events.x), sum(events.y), sum(events.t)]).toEqual([20_163, 20_577, 203_156_795]);
  });

  it("reads any events, across overflows of the clock and the ends of pieces", async () => {
    const lists = eventLists(sensor, { first: 2 ** 24, step: 2 ** 22, most: 20 });
    await fc.assert(
      fc.asyncProperty(lists, fc.integer({ min: 5, max: 40 }), async (list, most) => {
        const bytes = encodeNmnist(list);
        fc.pre(bytes.length > 0);
        const read = await readSource(inPieces(bytes, most, 0), options);
        expect(read.events).toEqual(eventsOf(list));
        expect(read.sensor).toEqual(sensor);
      }),
      { numRuns: 100 },
    );
  });

  it("adds 2^13 us to the times behind an overflow, and makes no event of it", async () => {
    const overflow = word("big", [8, 3], [8, 240], [1, 1], [23, 77]);
    const later: Event = { t: 60_000, x: 1, y: 2, p: 0 };
    const bytes = Uint8Array.from([
      ...encodeNmnist(three),
      ...overflow,
      ...overflow,
      ...encodeNmnist([later]),
    ]);
    const { events } = await readBytes(bytes, options);
    expect(events).toEqual(eventsOf([...three, { ...later, t: 76_384 }]));
  });

  it("reads recordings of other sizes, such as N-Caltech101's", async () => {
    const list: Event[] = [{ t: 5, x: 239, y: 179, p: 0 }];
    const given = { width: 240, height: 180 };
    const read = await readBytes(encodeNmnist(list), { ...options, sensor: given });
    expect(read).toMatchObject({ sensor: given, events: eventsOf(list) });
  });

  it.each([
    [
      "a truncated end",
      encodeNmnist(three).subarray(0, 13),
      /byte 10: got the end of the file after 3 bytes; expected a word of 5 bytes/,
    ],
    [
      "a column beyond the sensor",
      altered(encodeNmnist(three), 5, 34),
      /byte 5: got an event at column 34, row 33; .*34x34/,
    ],
    [
      "a row beyond the sensor",
      altered(encodeNmnist(three), 6, 34),
      /byte 5: got an event at column 0, row 34/,
    ],
    [
      "time that goes back",
      altered(encodeNmnist(three), 12, 0x80),
      /byte 10: got an event at 4464 us after one at 70000 us/,
    ],
    ["nothing", new Uint8Array(0), /byte 0: got an empty file/],
  ])("refuses %s, saying where", async (_, bytes, message) => {
    await expect(readBytes(bytes, options)).rejects.toThrow(DataError);
    await expect(readBytes(bytes, options)).rejects.toThrow(message);
    await expect(readSource(inPieces(bytes, 5, 0), options)).rejects.toThrow(message);
    await expect(readBytes(bytes, options)).rejects.toThrow("/x/file");
  });
});
