import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ConfigError, DataError } from "../../../src/errors.ts";
import { aedat4Format } from "../../../src/events/formats/aedat4.ts";
import { streamsOf } from "../../../src/events/formats/aedat4-header.ts";
import type { ByteSource } from "../../../src/files/byte-source.ts";
import {
  type Aedat4File,
  compressions,
  encodeAedat4,
  eventPacket,
  fileDataTable,
  infoNode,
  ioHeader,
  sixty,
  zstdPacket,
} from "../encoders/aedat4.ts";
import { type Event, eventLists, eventsOf } from "../encoders/event.ts";
import { altered } from "../read.ts";
import { readWith } from "./read-with.ts";

const sensor = { width: 346, height: 260 };
const events = { id: 0, type: "EVTS", ...sensor };
const frames = { id: 1, type: "FRME", ...sensor };
const motion = { id: 2, type: "IMUS" };
const unix = 1_633_953_690_975_950;
const three: Event[] = [
  { t: unix, x: 345, y: 0, p: 1 },
  { t: unix, x: 0, y: 259, p: 0 },
  { t: unix + 99, x: 5, y: 6, p: 1 },
];
const packet = { stream: 0, contents: eventPacket(three) };
const read = (bytes: Uint8Array) => readWith(aedat4Format, bytes);

describe("AEDAT 4", () => {
  it.each(compressions)(
    "reads any packets, compressed with %s, between those of other streams",
    async (compression) => {
      const noise = { stream: 1, contents: Uint8Array.from({ length: 5000 }, (_, i) => i * i) };
      const packets = fc.tuple(
        eventLists(sensor, { first: unix, most: 200 }),
        fc.integer({ min: 1, max: 50 }),
      );
      await fc.assert(
        fc.asyncProperty(packets, async ([list, size]) => {
          const parts = Array.from({ length: Math.ceil(list.length / size) }, (_, i) =>
            list.slice(i * size, (i + 1) * size),
          );
          const bytes = encodeAedat4({
            compression,
            streams: [frames, events, motion],
            packets: parts.flatMap((part) => [noise, { stream: 0, contents: eventPacket(part) }]),
          });
          const found = await read(bytes);
          expect(found).toMatchObject({ format: "aedat4", sensor, chunks: parts.length });
          expect(found.events).toEqual(eventsOf(list));
        }),
        { numRuns: 30 },
      );
    },
  );

  it("reads what the zstd program compressed", async () => {
    const bytes = encodeAedat4({ compression: "ZSTD", streams: [events], packets: [zstdPacket] });
    expect((await read(bytes)).events).toEqual(eventsOf(sixty));
  });

  it("reads the published bytes of an event", async () => {
    // As a DVXplorer recorded it: 1605507430438338 us and later, column 154, row 204, OFF.
    const event = Buffer.from("4995fc533ab405009a00cc0000000000", "hex");
    const contents = eventPacket([{ t: 0, x: 0, y: 0, p: 0 }]);
    contents.set(event, contents.length - 16);
    const bytes = encodeAedat4({ streams: [events], packets: [{ stream: 0, contents }] });
    expect((await read(bytes)).events).toEqual(
      eventsOf([{ t: 1_605_537_493_718_345, x: 154, y: 204, p: 0 }]),
    );
  });

  it("reads a recording that its recorder did not finish, and one without events", async () => {
    const unfinished = encodeAedat4({
      streams: [events],
      packets: [packet, { stream: 0, contents: eventPacket([]) }],
      finished: false,
    });
    expect((await read(unfinished)).events).toEqual(eventsOf(three));
    expect(await read(encodeAedat4({ streams: [events], packets: [] }))).toMatchObject({ sensor, chunks: 0 });
  });

  it("does not read what it passes over, and reads a packet larger than what is read at once", async () => {
    const list = Array.from({ length: 100_000 }, (_, i): Event => ({ t: i, x: i % 346, y: i % 260, p: 1 }));
    const bytes = encodeAedat4({
      streams: [events, frames],
      packets: [
        { stream: 1, contents: new Uint8Array(8_000_000) },
        { stream: 0, contents: eventPacket(list) },
      ],
    });
    let count = 0;
    const source: ByteSource = {
      name: "x",
      size: bytes.length,
      read: async (start, end) => {
        const part = bytes.subarray(start, end);
        count += part.length;
        return part;
      },
    };
    expect((await readWith(aedat4Format, source)).events).toEqual(eventsOf(list));
    expect(count).toBeLessThan(5_000_000);
  });

  it("takes the sensor that is given where the header says none, and only then", async () => {
    const bytes = encodeAedat4({ streams: [{ id: 0, type: "EVTS" }], packets: [packet] });
    await expect(read(bytes)).rejects.toThrow(/does not say how large its sensor is/);
    expect((await readWith(aedat4Format, bytes, sensor)).sensor).toEqual(sensor);
    const stated = encodeAedat4({ streams: [events], packets: [packet] });
    await expect(readWith(aedat4Format, stated, { width: 9, height: 9 })).rejects.toThrow(ConfigError);
  });

  it("is known by its first line", () => {
    expect(aedat4Format.isStart(encodeAedat4({ streams: [events], packets: [] }))).toBe(true);
    expect(aedat4Format.isStart(Buffer.from("#!AER-DAT3.1\r\n"))).toBe(false);
  });

  const good = encodeAedat4({ streams: [events, frames], packets: [packet] });
  const start = 14 + ioHeader("NONE", 1 << 30, infoNode([events, frames])).length;
  const alone = 14 + ioHeader("NONE", 1 << 30, infoNode([events])).length;
  const end = start + 8 + packet.contents.length;
  const two = { streams: [events, frames], packets: [{ stream: 1, contents: new Uint8Array(5) }, packet] };
  const [twoStart, twoEnd] = [start, end + 8 + 5];
  const withTable = (table: Aedat4File["table"]): Uint8Array => encodeAedat4({ ...two, table: table! });
  const withPacket = (contents: Uint8Array): Uint8Array =>
    encodeAedat4({ streams: [events], packets: [{ stream: 0, contents }] });
  const withEvents = (...list: Event[]): Uint8Array => withPacket(eventPacket(list));
  const back = { ...three[0]!, t: unix - 1 };
  /** The byte of the i-th of `count` events, which are the last bytes of the only packet. */
  const eventAt = (count: number, i: number): number =>
    alone + 8 + eventPacket(Array.from({ length: count }, () => back)).length - 16 * (count - i);
  const header = (info: string, compression = 0): Uint8Array =>
    Buffer.concat([Buffer.from("#!AER-DAT4.0\r\n"), ioHeader(compression, -1, info)]);
  it.each([
    ["nothing", new Uint8Array(0), /byte 0: .*AER-DAT4/],
    ["another first line", altered(good, 9, 51), /byte 0/],
    ["a header that is too long", altered(good, 14, 255, 255, 255), /byte 14: got a header of/],
    ["another header", altered(good, 22, 65), /byte 14: got another header/],
    ["a header that points outside itself", altered(good, 18, 0, 255), /byte 14: .*points outside/],
    ["another compression", header(infoNode([events]), 9), /byte 14: got compression 9/],
    ["no streams", header("<dv></dv>"), /byte 14: got 0 streams of events; expected one/],
    [
      "two streams of events",
      encodeAedat4({ streams: [events, { ...events, id: 3 }], packets: [] }),
      /got 2 streams of events/,
    ],
    [
      "a packet of another stream",
      altered(good, start, 7),
      new RegExp(`byte ${start}: got a packet of stream 7`),
    ],
    ["a packet of less than nothing", altered(good, start + 7, 255), /a packet of -\d+ bytes/],
    ["a packet that is too long", altered(good, start + 6, 1), /where the packets end/],
    ["a file without its end", good.subarray(0, end - 1), /byte 14: got a table of packets at byte/],
    [
      "a truncated table",
      good.subarray(0, good.length - 1),
      new RegExp(`byte ${end}: got something else; expected a table`),
    ],
    [
      "no table where one is named",
      good.subarray(0, end),
      new RegExp(`byte ${end}: .*a table of packets that points`),
    ],
    [
      "a table that points outside itself",
      altered(good, end + 4, 255, 255),
      new RegExp(`byte ${end}: got a table of packets that points outside itself`),
    ],
    [
      "another table",
      withTable((all) => fileDataTable(all, "EVTS")),
      /got something else; expected a table .*FTAB/,
    ],
    [
      "a table of fewer packets",
      withTable((all) => fileDataTable(all.slice(1))),
      /expected one of stream 0, 80 bytes at byte \d+, by the table/,
    ],
    [
      "a table of more packets",
      withTable((all) => fileDataTable([...all, ...all])),
      new RegExp(`byte ${twoEnd}: got 2 packets; expected 4, by their table`),
    ],
    [
      "a table of no packets",
      withTable(() => fileDataTable([])),
      new RegExp(`byte ${twoStart}: got a packet of stream 1, 5 bytes .*the end of the packets, after 0`),
    ],
    [
      "a table of other sizes",
      withTable((all) => fileDataTable(all.map((entry) => ({ ...entry, size: 4 })))),
      /5 bytes at byte \d+; expected one of stream 1, 4 bytes/,
    ],
    [
      "a table of other streams",
      withTable((all) => fileDataTable(all.map((entry) => ({ ...entry, stream: 0 })))),
      /got a packet of stream 1, .*expected one of stream 0/,
    ],
    [
      "a table of other places",
      withTable((all) => fileDataTable(all.map((entry) => ({ ...entry, offset: entry.offset - 8 })))),
      new RegExp(`byte ${twoStart}: .*expected one of stream 1, 5 bytes at byte ${twoStart}`),
    ],
    [
      "a table of more events",
      withTable((all) => fileDataTable(all.map((entry) => ({ ...entry, elements: 4 })))),
      /got a packet of 3 events; expected 4, by the table/,
    ],
    [
      "a packet of something else",
      withPacket(eventPacket(three, "FRME")),
      /another packet; expected a packet of events/,
    ],
    [
      "a packet that points outside itself",
      withPacket(altered(eventPacket(three), 5, 255)),
      /points outside itself/,
    ],
    [
      "a packet with a byte too many",
      withPacket(Buffer.concat([eventPacket(three), Buffer.of(0)])),
      /another packet/,
    ],
    [
      "time that goes back",
      withEvents(three[2]!, back),
      new RegExp(`byte ${eventAt(2, 1)}: got an event at \\d+ us after one at`),
    ],
    [
      "time before 0",
      withEvents({ ...back, t: -5 }),
      new RegExp(`byte ${eventAt(1, 0)}: got an event at -5 us after one at 0 us`),
    ],
    [
      "time past counting",
      withEvents(back, { ...back, t: 2 ** 60 }, { ...back, t: 2 ** 61 }),
      new RegExp(`byte ${eventAt(3, 1)}: got an event at \\d+ us; expected one before 2\\^53`),
    ],
    [
      "a column off the sensor",
      withEvents({ ...back, x: 346 }),
      new RegExp(`byte ${eventAt(1, 0)}: .*column 346`),
    ],
    [
      "a row off the sensor",
      withEvents(back, back, { ...back, y: -1 }),
      new RegExp(`byte ${eventAt(3, 2)}: .*row 65535`),
    ],
    [
      "a polarity that is none",
      withEvents(back, { ...back, p: 2 as 1 }),
      new RegExp(`byte ${eventAt(2, 1)}: .*polarity 2`),
    ],
  ])("refuses %s, saying where", async (_, bytes, message) => {
    const reading = read(bytes);
    await expect(reading).rejects.toThrow(DataError);
    await expect(reading).rejects.toThrow(message);
  });

  it("refuses time that goes back from one packet to the next", async () => {
    const packets = [packet, { stream: 0, contents: eventPacket([back]) }];
    await expect(read(encodeAedat4({ streams: [events], packets }))).rejects.toThrow(/us after one at/);
  });

  it("names the packet and the event in it where packets are compressed", async () => {
    const packets = [packet, { stream: 0, contents: eventPacket([three[2]!, three[2]!, back]) }];
    const bytes = encodeAedat4({ compression: "LZ4", streams: [events], packets });
    const second = alone + 8 + Buffer.from(bytes).readInt32LE(alone + 4);
    await expect(read(bytes)).rejects.toMatchObject({
      place: { offset: second },
      given: expect.stringMatching(/^event 2 of the packet at \d+ us after one at/),
    });
  });

  it.each(compressions)("refuses any truncated finished file, of %s", async (compression) => {
    const packets = [packet, { stream: 0, contents: eventPacket([]) }];
    const whole = encodeAedat4({ compression, streams: [events], packets });
    expect((await read(whole)).events).toEqual(eventsOf(three));
    for (let length = 0; length < whole.length; length++)
      await expect(read(whole.subarray(0, length))).rejects.toThrow(DataError);
  });
});

describe("streamsOf", () => {
  it("finds streams wherever their attributes stand, and nothing else", () => {
    const text = `<dv><node name="outInfo"><attr key="typeIdentifier">FRME</attr><node name="x"/>
      <node path="/0/" name="0"><node name="info"><attr key="sizeY">2</attr><attr key="sizeX">3</attr></node>
      <node name="other"><attr key="sizeX">9</attr></node><attr type="string" key="typeIdentifier">EVTS</attr></node>
      <node name="1"><attr key="typeIdentifier">TRIG</attr><node name="info"><attr key="sizeX">-1</attr></node></node>
      </node><node name="7"><attr key="typeIdentifier">EVTS</attr></node></dv>`;
    expect([...streamsOf(text)]).toEqual([
      [0, { type: "EVTS", sensor: { width: 3, height: 2 } }],
      [1, { type: "TRIG", sensor: undefined }],
    ]);
  });

  it("takes time in proportion to the text, whatever it is", () => {
    for (const part of [
      "<node",
      "<node name=",
      "<node>",
      '<node name="outInfo"><attr>',
      "</node>",
      "<attr key=",
    ])
      expect(streamsOf(part.repeat(150_000)).size).toBe(0);
  });
});
