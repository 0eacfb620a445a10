import { readdir } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DataError, StorageError } from "../../../src/errors.ts";
import { type Events, eventRange } from "../../../src/events/events.ts";
import { npyFormat } from "../../../src/events/formats/npy-file.ts";
import { npzFormat } from "../../../src/events/formats/npz-events.ts";
import { writeEvents } from "../../../src/events/write-events.ts";
import type { NpyArray } from "../../../src/files/arrays/npy.ts";
import { encodeNpy, encodeNpyColumns } from "../../../src/files/arrays/npy-encode.ts";
import { fileSource } from "../../../src/files/file-source.ts";
import { emptyFolder } from "../../datasets/folder.ts";
import { numpyFixture } from "../../files/arrays/numpy-file.ts";
import { zipFile } from "../../files/arrays/zip-file.ts";
import { type Event, eventLists, eventsOf } from "../encoders/event.ts";
import { readWith } from "./read-with.ts";

const sensor = { width: 34, height: 34 };
/** What test/fixtures/numpy/make.py wrote. */
const five: Event[] = [
  { t: 10, x: 0, y: 33, p: 1 },
  { t: 10, x: 33, y: 0, p: 0 },
  { t: 200, x: 7, y: 8, p: 1 },
  { t: 3_000_000_000, x: 12, y: 2, p: 1 },
  { t: 9_000_000_000, x: 1, y: 5, p: 0 },
];

describe("events that NumPy wrote", () => {
  it.each(["events.npy", "aligned.npy"])("are read from the records of %s", async (name) => {
    const read = await readWith(npyFormat, await numpyFixture(name), sensor);
    expect(read).toMatchObject({ format: "npy", sensor });
    expect(read.events).toEqual(eventsOf(five));
  });

  it("are read from the arrays of an .npz file, with the sensor's size", async () => {
    const read = await readWith(npzFormat, await numpyFixture("columns.npz"));
    expect(read).toMatchObject({ format: "npz", sensor });
    expect(read.events).toEqual(eventsOf(five));
  });

  it("are read from records in an .npz file", async () => {
    expect((await readWith(npzFormat, await numpyFixture("events.npz"), sensor)).events).toEqual(
      eventsOf(five),
    );
  });

  it("are known by their first bytes", async () => {
    const [npy, npz] = [await numpyFixture("events.npy"), await numpyFixture("events.npz")];
    expect([npyFormat, npzFormat].map(({ isStart }) => [isStart(npy), isStart(npz)])).toEqual([
      [true, false],
      [false, true],
    ]);
  });
});

const whole = (data: NpyArray["data"], type: NpyArray["type"]): NpyArray => ({
  type,
  shape: [data.length],
  data,
});
const three = {
  t: whole(Float64Array.of(5, 5, 2 ** 40), "f8"),
  x: whole(Int32Array.of(1, 2, 3), "i4"),
  y: whole(Uint8Array.of(4, 5, 6), "u1"),
  p: whole(Int8Array.of(-1, 1, 0), "i1"),
};
const npz = (arrays: Readonly<Record<string, NpyArray>>): Uint8Array =>
  zipFile(
    Object.entries(arrays).map(([name, array]) => ({
      name: `${name}.npy`,
      contents: encodeNpy(array),
      deflate: true,
    })),
  );
const bytesOf = ({ buffer, byteOffset, byteLength }: NpyArray["data"]): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);
const records = (arrays: Readonly<Record<string, NpyArray>>): Uint8Array =>
  encodeNpyColumns(new Map(Object.entries(arrays)));

describe("events in arrays", () => {
  it("may be of any type of numbers, and go by other names", async () => {
    const expected = eventsOf([
      { t: 5, x: 1, y: 4, p: 0 },
      { t: 5, x: 2, y: 5, p: 1 },
      { t: 2 ** 40, x: 3, y: 6, p: 0 },
    ]);
    const { t: timestamp, x: xs, y: ys, p: polarity } = three;
    const names = { polarity, ys, timestamp, xs, unused: three.t };
    for (const arrays of [three, names]) {
      expect((await readWith(npzFormat, npz(arrays), sensor)).events).toEqual(expected);
      expect((await readWith(npyFormat, records(arrays), sensor)).events).toEqual(expected);
    }
  });

  it("are read piece by piece", async () => {
    const list = Array.from(
      { length: 140_000 },
      (_, i): Event => ({ t: i, x: i % 34, y: i % 33, p: (i % 2) as 0 | 1 }),
    );
    const { t, x, y, polarity } = eventsOf(list);
    const arrays = { t: whole(t, "f8"), x: whole(x, "u2"), y: whole(y, "u2"), p: whole(polarity, "b1") };
    for (const [format, bytes] of [
      [npzFormat, npz(arrays)],
      [npyFormat, records(arrays)],
    ] as const) {
      const read = await readWith(format, bytes, sensor);
      expect(read.chunks).toBe(3);
      const expected = eventsOf(list);
      // Element by element this takes seconds.
      for (const key of ["t", "x", "y", "polarity"] as const)
        expect(Buffer.compare(bytesOf(read.events[key]), bytesOf(expected[key]))).toBe(0);
    }
  });

  const cases: [string, Partial<typeof three>, RegExp][] = [
    [
      "time that goes back",
      { t: whole(Float64Array.of(5, 4, 6), "f8") },
      /event 1 at 4 us after one at 5 us/,
    ],
    ["time before 0", { t: whole(Float64Array.of(-5, 4, 6), "f8") }, /event 0 at -5 us after one at 0 us/],
    [
      "time in parts of a microsecond",
      { t: whole(Float64Array.of(5, 5.5, 6), "f8") },
      /event 1 at 5.5 us; expected whole/,
    ],
    ["time that is no number", { t: whole(Float64Array.of(5, Number.NaN, 6), "f8") }, /event 1 at NaN us/],
    [
      "time past counting",
      { t: whole(Float64Array.of(5, 2 ** 60, 2 ** 61), "f8") },
      /event 1 at 1152921504606847000 us; expected whole microseconds below/,
    ],
    ["a column off the sensor", { x: whole(Int32Array.of(1, 34, 3), "i4") }, /event 1 at column 34, row 5/],
    ["a row off the sensor", { y: whole(Uint8Array.of(4, 5, 200), "u1") }, /event 2 at column 3, row 200/],
    ["a column between columns", { x: whole(Int32Array.of(1, -1, 3), "i4") }, /event 1 at column -1/],
    ["a polarity that is none", { p: whole(Int8Array.of(0, 1, 2), "i1") }, /event 2 of polarity 2/],
  ];
  it.each(cases)("refuses %s, saying which event and byte", async (_, change, message) => {
    const arrays = { ...three, ...change };
    for (const [format, bytes] of [
      [npzFormat, npz(arrays)],
      [npyFormat, records(arrays)],
    ] as const) {
      const reading = readWith(format, bytes, sensor);
      await expect(reading).rejects.toThrow(DataError);
      await expect(reading).rejects.toThrow(message);
    }
  });

  it("says the byte of the damaged value", async () => {
    const x = whole(Int32Array.of(1, 34, 3), "i4");
    const at = async (reading: Promise<unknown>) =>
      reading.then(undefined, (error: DataError) => error.place);
    expect(await at(readWith(npzFormat, npz({ ...three, x }), sensor))).toEqual({
      file: "/x/file/x.npy",
      offset: 132,
    });
    const bytes = records({ ...three, x });
    const first = bytes.length - 3 * 14;
    expect(await at(readWith(npyFormat, bytes, sensor))).toEqual({ file: "/x/file", offset: first + 14 + 8 });
  });

  it.each<[string, Uint8Array, RegExp]>([
    [
      "no times",
      npz({ x: three.x, y: three.y, p: three.p }),
      /got the arrays x, y, p; expected events: t, x, y, p/,
    ],
    ["no arrays", zipFile([]), /got the arrays \(none\)/],
    [
      "arrays of two lengths",
      npz({ ...three, x: whole(Int32Array.of(1), "i4") }),
      /x\.npy: got 1 values; expected 3/,
    ],
    [
      "arrays of two dimensions",
      npz({ ...three, y: { ...three.y, shape: [3, 1] } }),
      /y\.npy: got the shape \(3, 1\)/,
    ],
    [
      "sizes of many",
      npz({ ...three, width: three.t, height: three.t }),
      /width\.npy: got the shape \(3\); expected one number/,
    ],
  ])("refuses %s", async (_, bytes, message) => {
    const reading = readWith(npzFormat, bytes, sensor);
    await expect(reading).rejects.toThrow(DataError);
    await expect(reading).rejects.toThrow(message);
  });

  it("refuses images without asking for a sensor's size", async () => {
    const reading = readWith(npzFormat, npz({ x: three.x, y: three.y }));
    await expect(reading).rejects.toThrow(/got the arrays x, y; .* by the folder of train\.npz/);
  });

  it("refuses sizes of many without a look at them", async () => {
    const width = whole(new Float64Array(1000).fill(7.25), "f8");
    const bytes = zipFile(
      Object.entries({ ...three, width, height: width }).map(([name, array]) => ({
        name: `${name}.npy`,
        contents: encodeNpy(array),
        deflate: false,
      })),
    );
    // Whoever reads the array to its end finds that its checksum is another.
    bytes[Buffer.from(bytes).indexOf(Buffer.from(Float64Array.of(7.25, 7.25).buffer))]! ^= 1;
    await expect(readWith(npzFormat, bytes, sensor)).rejects.toThrow(/width\.npy: got the shape \(1000\)/);
  });

  it("refuses records that hold more than events", async () => {
    const more = Array.from({ length: 600 }, (_, k) => [`other${k}`, three.t] as const);
    const bytes = records({ ...three, ...Object.fromEntries(more) });
    await expect(readWith(npyFormat, bytes, sensor)).rejects.toThrow(/got records of 4814 bytes; .* 4096/);
  });

  it("reads long records few at a time", async () => {
    const count = 5000;
    const t = whole(
      Float64Array.from({ length: count }, (_, k) => k),
      "f8",
    );
    const zero = whole(new Uint8Array(count), "u1");
    const more = Array.from({ length: 100 }, (_, k) => [`other${k}`, t] as const);
    const bytes = records({ t, x: zero, y: zero, p: zero, ...Object.fromEntries(more) });
    expect(await readWith(npyFormat, bytes, sensor)).toMatchObject({ chunks: 4, events: { t: t.data } });
  });

  it("refuses a size of nothing", async () => {
    const [none, one] = [whole(Int8Array.of(0), "i1"), whole(Int8Array.of(1), "i1")];
    await expect(readWith(npzFormat, npz({ ...three, width: none, height: one }))).rejects.toThrow(
      /0x1 pixels/,
    );
  });

  it("asks for the sensor's size where nobody says it", async () => {
    await expect(readWith(npzFormat, npz(three))).rejects.toThrow(/--size WIDTHxHEIGHT/);
    await expect(readWith(npyFormat, records(three))).rejects.toThrow(/--size WIDTHxHEIGHT/);
  });

  it("refuses plain arrays in .npy files", async () => {
    await expect(readWith(npyFormat, encodeNpy(three.t), sensor)).rejects.toThrow(
      /got the fields of a plain array/,
    );
  });
});

describe("writeEvents", () => {
  async function* inSevens(events: Events): AsyncGenerator<Events> {
    for (let at = 0; at < events.t.length; at += 7) yield eventRange(events, at, at + 7);
  }

  it("writes what is read back exactly", async () => {
    const path = join(await emptyFolder(), "events.npz");
    await fc.assert(
      fc.asyncProperty(eventLists(sensor, { first: 2 ** 50 }), async (list) => {
        await writeEvents(path, { count: list.length, sensor, chunks: () => inSevens(eventsOf(list)) });
        const read = await readWith(npzFormat, await fileSource(path));
        expect(read).toMatchObject({ sensor });
        expect(read.events).toEqual(eventsOf(list));
      }),
      { numRuns: 50 },
    );
  });

  it("refuses other events than it was told of, and leaves nothing", async () => {
    const folder = await emptyFolder();
    const list = [{ t: 1, x: 2, y: 3, p: 1 }] as const;
    for (const count of [0, 2]) {
      const writing = writeEvents(join(folder, "a.npz"), { count, sensor, chunks: () => [eventsOf(list)] });
      await expect(writing).rejects.toThrow(DataError);
    }
    expect(await readdir(folder)).toEqual([]);
  });

  it.each([-1, 0.5, Number.NaN, 2 ** 53])("refuses an event at %d us, and writes nothing", async (time) => {
    const folder = await emptyFolder();
    const events = { ...eventsOf([{ t: 1, x: 2, y: 3, p: 1 }]), t: Float64Array.of(time) };
    const writing = writeEvents(join(folder, "a.npz"), { count: 1, sensor, chunks: () => [events] });
    await expect(writing).rejects.toThrow(DataError);
    await expect(writing).rejects.toThrow(/an event at -?[\dNaN.]+ us; expected whole microseconds/);
    expect(await readdir(folder)).toEqual([]);
  });

  it("says where it could not", async () => {
    const path = join(await emptyFolder(), "none", "events.npz");
    await expect(writeEvents(path, { count: 0, sensor, chunks: () => [] })).rejects.toThrow(StorageError);
  });
});
