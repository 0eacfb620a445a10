import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DataError } from "../../../src/errors.ts";
import { type Event, eventLists, eventsOf } from "../encoders/event.ts";
import { encodeEvt2, evt2Time, rawHeader } from "../encoders/evt2.ts";
import { text, word } from "../encoders/words.ts";
import { altered, inPieces, readBytes, readSource, readUntilDamage } from "../read.ts";

const sensor = { width: 640, height: 480 };
const header = rawHeader("2.0", 640, 480);
const start = text(...header).length;
const bare = { format: "evt2", sensor };
const three: Event[] = [
  { t: 65, x: 639, y: 0, p: 1 },
  { t: 65, x: 0, y: 479, p: 0 },
  { t: 99, x: 5, y: 6, p: 1 },
];

describe("EVT 2.0", () => {
  it("reads the published layout, without a header when it is named", async () => {
    const bytes = Uint8Array.of(0xca, 0x3a, 0x00, 0x80, 0x05, 0x18, 0xc0, 0x12);
    const read = await readBytes(bytes, bare);
    expect(read).toMatchObject({ format: "evt2", sensor });
    expect(read.events).toEqual(eventsOf([{ t: 0x3aca * 64 + 0b001011, x: 3, y: 5, p: 1 }]));
  });

  it("reads any events, across the ends of pieces", async () => {
    await fc.assert(
      fc.asyncProperty(eventLists(sensor), fc.integer({ min: 4, max: 50 }), async (list, most) => {
        const read = await readSource(inPieces(encodeEvt2(header, list), most, start));
        expect(read).toMatchObject({ format: "evt2", sensor });
        expect(read.events).toEqual(eventsOf(list));
        if (list.length > 0)
          expect((await readBytes(encodeEvt2([], list), bare)).events).toEqual(eventsOf(list));
      }),
      { numRuns: 100 },
    );
  });

  it("continues when the time wraps around after 34 bits, and again", async () => {
    const list = [1, 2, 3, 4, 5, 6, 7, 8, 9].map(
      (quarter, i): Event => ({ t: quarter * 2 ** 32 - 4 + i, x: i, y: i, p: 0 }),
    );
    expect((await readBytes(encodeEvt2(header, list))).events).toEqual(eventsOf(list));
  });

  it("leaves out triggers and what makers add, and what comes before the first time", async () => {
    const added = [0xa, 0xe, 0xf].flatMap((type) => word("little", [4, type], [28, 12_345]));
    const early = word("little", [4, 1], [6, 3], [11, 2], [11, 1]);
    const bytes = Uint8Array.from([
      ...text(...header),
      ...early,
      ...added,
      ...encodeEvt2([], three),
      ...added,
    ]);
    expect((await readBytes(bytes)).events).toEqual(eventsOf(three));
  });

  it("reads headers of older files: no end line, the size in the format line or none", async () => {
    const inFormat = ["% Date 2020-09-14 14:18:29\n", "% format EVT2;height=480;width=640\n"];
    expect(await readBytes(encodeEvt2(inFormat, three))).toMatchObject({ sensor, events: eventsOf(three) });
    const silent = encodeEvt2(["% evt 2.0\n"], three);
    expect(await readBytes(silent, { sensor })).toMatchObject({ sensor, events: eventsOf(three) });
    await expect(readBytes(silent)).rejects.toThrow(
      /does not say how large its sensor is.*Give the sensor's size/,
    );
  });

  const bytes = encodeEvt2(header, three);
  it.each([
    [
      "a truncated end",
      bytes.subarray(0, -1),
      `byte ${bytes.length - 4}: got the end of the file after 3 bytes`,
    ],
    ["a truncated header", bytes.subarray(0, 120), "byte 107: got a header line without an end"],
    [
      "no time at all",
      Uint8Array.from([...text(...header), ...bytes.subarray(start + 4)]),
      `byte ${start}: got data without a time`,
    ],
    [
      "a row beyond the sensor",
      altered(bytes, start + 4, 0xe0, 0xf9),
      `byte ${start + 4}: got an event at column 639, row 480`,
    ],
    [
      "time that goes back",
      Uint8Array.from([...bytes, ...evt2Time(0), ...word("little", [4, 0], [6, 9], [22, 0])]),
      `byte ${bytes.length + 4}: got an event at 9 us after one at 99 us`,
    ],
    ["big-endian words", encodeEvt2(["% evt 2.0\n", "% endianness big\n"], three), "got big-endian words"],
  ])("refuses %s, saying where", async (_, damagedBytes, message) => {
    await expect(readBytes(damagedBytes)).rejects.toThrow(DataError);
    await expect(readBytes(damagedBytes)).rejects.toThrow(message);
    await expect(readSource(inPieces(damagedBytes, 4, start))).rejects.toThrow(message);
  });

  it.each([
    [65_536, 65_536],
    [4097, 4096],
    [65_537, 1],
    [0, 480],
  ])("refuses a header with a sensor of %ix%i, naming the file", async (width, height) => {
    const reading = readBytes(encodeEvt2(rawHeader("2.0", width, height), three));
    await expect(reading).rejects.toThrow(DataError);
    await expect(reading).rejects.toMatchObject({
      place: { file: expect.any(String) },
      given: `a header with a sensor of ${width}x${height} pixels`,
      remedy: expect.stringMatching(/damaged/),
    });
  });

  it("reads a header with the largest sensor", async () => {
    const { sensor: largest } = await readBytes(encodeEvt2(rawHeader("2.0", 4096, 4096), three));
    expect(largest).toEqual({ width: 4096, height: 4096 });
  });

  it("leaves out words of reserved types and says so", async () => {
    const read = await readBytes(
      Uint8Array.from([...bytes, ...[5, 5, 9].flatMap((type) => word("little", [4, type], [28, 0]))]),
    );
    expect(read.events).toEqual(eventsOf(three));
    expect(read.remarks).toEqual(["3 words of reserved type 5, 9 left out"]);
  });

  it("hands out the events before one off the sensor, or leaves it out", async () => {
    const bad = altered(bytes, start + 8, 0xe0, 0xf9);
    const { events, error } = await readUntilDamage(bad);
    expect(events).toEqual(eventsOf(three.slice(0, 1)));
    expect(error).toBeInstanceOf(DataError);
    const read = await readBytes(bad, { dropOutside: true });
    expect(read.events).toEqual(eventsOf([three[0]!, three[2]!]));
  });

  it("refuses a file that says that it is of another encoding", async () => {
    const other = encodeEvt2(["% evt 2.1\n", "% geometry 640x480\n"], three);
    await expect(readBytes(other, { format: "evt2" })).rejects.toThrow(
      /byte 0: got EVT 2.1; expected EVT 2.0/,
    );
  });
});
