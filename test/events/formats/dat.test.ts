import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ConfigError, DataError } from "../../../src/errors.ts";
import { datHeader, encodeDat } from "../encoders/dat.ts";
import { type Event, eventLists, eventsOf } from "../encoders/event.ts";
import { text } from "../encoders/words.ts";
import { altered, inPieces, readBytes, readSource } from "../read.ts";

const sensor = { width: 640, height: 480 };
const start = text(...datHeader).length + 2;
const three: Event[] = [
  { t: 10, x: 639, y: 0, p: 1 },
  { t: 10, x: 0, y: 479, p: 0 },
  { t: 99, x: 5, y: 6, p: 1 },
];

describe("DAT", () => {
  it("reads the published layout", async () => {
    const header = text("% Data file containing N9Chronocam7Event2dE events.\n", "% Version 2\n");
    const bytes = Uint8Array.from([...header, 0, 8, 0x98, 0, 0, 0, 0x38, 0xc0, 0x06, 0x10]);
    const { format, sensor, events } = await readBytes(bytes);
    expect(events).toEqual(eventsOf([{ t: 0x98, x: 56, y: 27, p: 1 }]));
    // The sensor of the time, whose recordings do not say it.
    expect({ format, sensor }).toEqual({ format: "dat", sensor: { width: 304, height: 240 } });
  });

  it("reads any events, across the ends of the clock's 32 bits and of pieces", async () => {
    const lists = eventLists(sensor, { first: 2 ** 33, step: 2 ** 30, most: 20 });
    await fc.assert(
      fc.asyncProperty(lists, fc.integer({ min: 8, max: 50 }), async (list, most) => {
        const read = await readSource(inPieces(encodeDat(list), most, start));
        const wraps = Math.floor((list[0]?.t ?? 0) / 2 ** 32) * 2 ** 32;
        expect(read.events).toEqual(eventsOf(list.map((event) => ({ ...event, t: event.t - wraps }))));
        expect(read.sensor).toEqual(sensor);
      }),
      { numRuns: 100 },
    );
  });

  it("takes the caller's sensor where the file says none, and no other where it does", async () => {
    const given = { width: 1280, height: 720 };
    const silent = datHeader.filter((line) => !/Width|Height/.test(line));
    expect(await readBytes(encodeDat(three, silent), { sensor: given })).toMatchObject({ sensor: given });
    expect(await readBytes(encodeDat(three), { sensor })).toMatchObject({ sensor });
    await expect(readBytes(encodeDat(three), { sensor: given })).rejects.toThrow(ConfigError);
    await expect(readBytes(encodeDat(three), { sensor: given })).rejects.toThrow(
      /1280x720.*expected 640x480/,
    );
  });

  it.each([
    [
      "a truncated end",
      encodeDat(three).subarray(0, start + 20),
      `byte ${start + 16}: got the end of the file after 4`,
    ],
    ["a truncated header", encodeDat(three).subarray(0, 50), "byte 45: got a header line without an end"],
    [
      "no type of events",
      encodeDat(three).subarray(0, start - 1),
      `byte ${start - 2}: got the end of the file`,
    ],
    ["triggers", encodeDat(three, datHeader, 14), `byte ${start - 2}: got events of type 14 and 8 bytes`],
    ["events of another size", encodeDat(three, datHeader, 12, 16), "got events of type 12 and 16 bytes"],
    ["version 1", encodeDat(three, [datHeader[0]!, "% Version 1\n"]), "byte 0: got a header of version 1"],
    [
      "a column beyond the sensor",
      altered(encodeDat(three), start + 4, 0x80, 0x02),
      `byte ${start}: got an event at column 640`,
    ],
    [
      "time that goes back",
      altered(encodeDat(three), start + 8, 9),
      `byte ${start + 8}: got an event at 9 us after one at 10`,
    ],
    ["polarity 3", altered(encodeDat(three), start + 7, 0x30), `byte ${start}: got polarity 3`],
    [
      "a sensor of no size",
      encodeDat(three, [...datHeader.slice(0, 3), "% Height 0\n", "% Width x\n"]),
      "a sensor of NaNx0",
    ],
    [
      "a sensor beyond all",
      encodeDat(three, [...datHeader.slice(0, 3), "% Height 480\n", "% Width 1e9\n"]),
      "1000000000x480",
    ],
  ])("refuses %s, saying where", async (_, bytes, message) => {
    await expect(readBytes(bytes)).rejects.toThrow(DataError);
    await expect(readBytes(bytes)).rejects.toThrow(message);
    await expect(readSource(inPieces(bytes, 8, start))).rejects.toThrow(message);
  });
});
