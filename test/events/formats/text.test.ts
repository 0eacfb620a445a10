import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DataError } from "../../../src/errors.ts";
import { openSource } from "../../../src/events/recording.ts";
import { memorySource } from "../../../src/files/byte-source.ts";
import { type Event, eventLists, eventsOf } from "../encoders/event.ts";
import { inPieces, readBytes, readSource, readUntilDamage } from "../read.ts";

const sensor = { width: 240, height: 180 };
const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));

describe("events as text", () => {
  it("are read with times in seconds, and the size of the sensor before them", async () => {
    const read = await readBytes(bytesOf("240 180\n0.000003811 96 133 0\n0.000021 3 4 1\n1e-3 0 0 -1"));
    expect(read).toMatchObject({ format: "text", sensor });
    expect(read.events).toEqual(
      eventsOf([
        { t: 4, x: 96, y: 133, p: 0 },
        { t: 21, x: 3, y: 4, p: 1 },
        { t: 1000, x: 0, y: 0, p: 0 },
      ]),
    );
  });

  it("are read with times in microseconds, between comments, empty lines and any separators", async () => {
    const text = "# v2e\r\n\r\n% more\r\n10 1 2 1\r\n\r\n10,2,3,-1\r\n# end\r\n 11\t4, 5 0 \r\n";
    expect((await readBytes(bytesOf(text), { sensor })).events).toEqual(
      eventsOf([
        { t: 10, x: 1, y: 2, p: 1 },
        { t: 10, x: 2, y: 3, p: 0 },
        { t: 11, x: 4, y: 5, p: 0 },
      ]),
    );
  });

  it("are read in the order of their columns' names", async () => {
    const text = "x,y,on,timestamp\n1,2,1,10\n3,4,0,12\n";
    const read = await readBytes(bytesOf(text), { sensor });
    expect(read.events).toEqual(
      eventsOf([
        { t: 10, x: 1, y: 2, p: 1 },
        { t: 12, x: 3, y: 4, p: 0 },
      ]),
    );
  });

  it("are read whatever they are, across the ends of pieces", async () => {
    const separators = fc.constantFrom(" ", ",", "\t");
    await fc.assert(
      fc.asyncProperty(
        eventLists(sensor),
        separators,
        fc.integer({ min: 40, max: 200 }),
        async (list, by, most) => {
          const line = ({ t, x, y, p }: Event): string => [t, x, y, p].join(by);
          const text = ["240 180", ...list.map(line)].join("\n");
          const read = await readSource(inPieces(bytesOf(text), most, 8), { format: "text" });
          expect(read.events).toEqual(eventsOf(list));
        },
      ),
      { numRuns: 100 },
    );
  });

  it("are handed out up to a line that is no event, or that is off the sensor unless these are left out", async () => {
    const { events, error } = await readUntilDamage(bytesOf("1 2 3 1\n2 3 4\n"), { sensor });
    expect(events).toEqual(eventsOf([{ t: 1, x: 2, y: 3, p: 1 }]));
    expect(error).toBeInstanceOf(DataError);
    expect(error).toMatchObject({ place: { offset: 8 }, given: 'the line "2 3 4"' });
    const outside = bytesOf("1 240 3 1\n2 3 4 0\n");
    await expect(readBytes(outside, { sensor })).rejects.toThrow("byte 0: got an event at column 240, row 3");
    const read = await readBytes(outside, { sensor, dropOutside: true });
    expect(read.events).toEqual(eventsOf([{ t: 2, x: 3, y: 4, p: 0 }]));
    expect(read.remarks).toEqual(["1 event off the sensor of 240x180 pixels left out"]);
  });

  it.each([
    ["time that goes back", "5 1 1 1\n4 1 1 1\n", "byte 8: got an event at 4 us after one at 5 us"],
    [
      "fractions of a microsecond",
      "5 1 1 1\n5.5 1 1 1\n",
      'byte 8: got the line "5.5 1 1 1"; expected time (whole',
    ],
    ["fractions of a column", "5 1 1 1\n6 1.5 1 1\n", "byte 8: got the line"],
    ["another polarity", "5 1 1 1\n6 1 1 2\n", "byte 8: got the line"],
    ["hexadecimal numbers", "5 1 1 1\n0x7 1 1 1\n", "byte 8: got the line"],
    [
      "a line without an end",
      `5 1 1 1\n${"#".repeat(2 ** 21)}`,
      "byte 8: got a line of more than 4096 bytes",
    ],
  ])("are refused with %s", async (_, text, message) => {
    const { error } = await readUntilDamage(bytesOf(text), { sensor });
    expect(error).toBeInstanceOf(DataError);
    expect((error as Error).message).toContain(message);
  });

  it("are not recognised in other text", async () => {
    for (const text of ["hello\n", "1 2\n3 4\n", "class,start,end\n1,2,3\n"])
      await expect(openSource(memorySource("/x/file", bytesOf(text)), { sensor })).rejects.toThrow(
        /does not show its format/,
      );
  });
});
