import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ConfigError, DataError, StorageError } from "../../src/errors.ts";
import { type ConvertOptions, convertRecording, parseConversion } from "../../src/events/convert.ts";
import { readRecording } from "../../src/events/recording.ts";
import { frameRecording, parseFraming } from "../../src/events/transforms/representation.ts";
import { transformRecording } from "../../src/events/transforms/transform.ts";
import { openNpz } from "../../src/files/arrays/npz.ts";
import { fileSource } from "../../src/files/file-source.ts";
import { emptyFolder } from "../datasets/folder.ts";
import { scatteredEvents } from "../datasets/recordings/folders.ts";
import { type Event, eventLists, eventsOf } from "./encoders/event.ts";
import { encodeNmnist } from "./encoders/nmnist.ts";

const sensor = { width: 34, height: 34 };

/** A folder with a recording, and the conversion of that into `out` beside it. */
const prepared = async (events: readonly Event[]) => {
  const folder = await emptyFolder();
  const path = join(folder, "a.bin");
  await writeFile(path, encodeNmnist(events));
  const out = join(folder, "out.npz");
  const convert = (description: object, options?: ConvertOptions) =>
    convertRecording(path, out, parseConversion(description, "test"), options);
  return { folder, path, out, convert };
};

const list: Event[] = [
  { t: 100, x: 3, y: 4, p: 1 },
  { t: 150, x: 3, y: 4, p: 1 },
  { t: 200, x: 5, y: 33, p: 0 },
  { t: 299, x: 33, y: 0, p: 1 },
];

describe("convertRecording", () => {
  it("writes frames, and says what the recording is and what was written", async () => {
    const { out, convert } = await prepared(list);
    const representation = { type: "toFrame", timeBins: 2 };
    expect(await convert({ representation })).toEqual({
      format: "nmnist",
      events: 4,
      on: 3,
      off: 1,
      width: 34,
      height: 34,
      firstUs: 100,
      lastUs: 299,
      remarks: [],
      out,
      kept: 4,
      array: "frames",
      shape: [2, 2, 34, 34],
      type: "u4",
    });
    const npz = await openNpz(await fileSource(out));
    expect(npz.names).toEqual(["frames"]);
    const { shape, data, type } = await npz.read("frames");
    expect({ shape, type }).toEqual({ shape: [2, 2, 34, 34], type: "u4" });
    const expected = new Uint32Array(2 * 2 * 34 * 34);
    const at = (frame: number, channel: number, y: number, x: number) =>
      ((frame * 2 + channel) * 34 + y) * 34 + x;
    expected[at(0, 1, 4, 3)] = 2;
    expected[at(1, 0, 33, 5)] = 1;
    expected[at(1, 1, 0, 33)] = 1;
    expect(data).toEqual(expected);
  });

  it("writes events that are read again", async () => {
    const { out, convert } = await prepared(list);
    const transforms = [{ type: "cropTime", min: 120, max: 200 }];
    expect(await convert({ transforms })).toMatchObject({
      events: 4,
      firstUs: 100,
      array: null,
      shape: [2],
      type: null,
    });
    expect(await readRecording(out)).toEqual({ events: eventsOf(list.slice(1, 3)), sensor });
  });

  it("converts a recording without events", async () => {
    const { out, convert } = await prepared([]);
    // An overflow of the clock, which is no event.
    await writeFile(join(out, "../a.bin"), Uint8Array.of(0, 240, 0, 0, 0));
    const nothing = { events: 0, on: 0, off: 0, firstUs: null, lastUs: null };
    expect(await convert({})).toMatchObject({ ...nothing, shape: [0] });
    expect((await readRecording(out)).events.t).toHaveLength(0);
    const shapes = [];
    for (const slicing of [{ timeBins: 3 }, { timeWindow: 10 }, { eventCount: 5 }])
      shapes.push((await convert({ representation: { type: "toFrame", ...slicing } })).shape);
    expect(shapes).toEqual([
      [3, 2, 34, 34],
      [0, 2, 34, 34],
      [0, 2, 34, 34],
    ]);
    expect((await (await openNpz(await fileSource(out))).read("frames")).data).toHaveLength(0);
  });

  it("makes what the recording in memory makes", async () => {
    const representations = fc.constantFrom(
      { type: "toFrame", timeBins: 3, output: "binary" },
      { type: "toFrame", timeWindow: 50, overlap: 20, includeIncomplete: true },
      { type: "toFrame", eventCount: 4, polarity: "merged" },
      { type: "toFrame", eventBins: 5, overlap: 0.5, polarity: "off" },
      { type: "toVoxelGrid", timeBins: 4 },
      { type: "toTimesurface", dt: 40, tau: 30 },
      undefined,
    );
    const transforms = fc.constantFrom(
      [],
      [
        { type: "denoise", filterTime: 60 },
        { type: "downsample", targetSize: [17, 9] },
      ],
      [
        { type: "cropTime", min: 50 },
        { type: "refractoryPeriod", delta: 20 },
      ],
    );
    const { path, out, convert } = await prepared([]);
    await fc.assert(
      fc.asyncProperty(
        eventLists(sensor, { step: 40, most: 200 }),
        representations,
        transforms,
        async (events, representation, steps) => {
          fc.pre(events.length > 0);
          await writeFile(path, encodeNmnist(events));
          const description = { transforms: steps, ...(representation && { representation }) };
          const { shape, array } = await convert(description);
          const whole = await readRecording(path);
          if (!representation) {
            const { transforms: parsed } = parseConversion(description, "test");
            expect(await readRecording(out)).toEqual(transformRecording(whole, parsed));
            return;
          }
          const written = await (await openNpz(await fileSource(out))).read(array!);
          const expected = frameRecording(whole, parseFraming(description));
          expect(written).toMatchObject(expected);
          expect(shape).toEqual(expected.shape);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("tells how far it is, from 0 to 1", async () => {
    const { convert } = await prepared(scatteredEvents(100_000, 34, 3));
    const done: number[] = [];
    await convert({}, { onProgress: (part) => done.push(part) });
    expect(done).toEqual([...done].sort((a, b) => a - b));
    expect(done[0]).toBeGreaterThan(0);
    expect(done.at(-1)).toBeLessThanOrEqual(1);
    expect(done.at(-1)).toBeGreaterThan(0.9);
  });
});

describe("convertRecording leaves nothing behind where it fails", () => {
  const frames = { representation: { type: "toFrame", timeBins: 2 } };

  it("when it is aborted, at any time", async () => {
    const { folder, convert } = await prepared(scatteredEvents(100_000, 34, 3));
    for (const [description, parts] of [
      [frames, [0.1, 0.6]],
      [{}, [0.1, 0.3, 0.5, 0.7, 0.9]],
    ] as const)
      for (const part of parts) {
        const stop = new AbortController();
        const onProgress = (done: number): void => {
          if (done >= part) stop.abort();
        };
        const failure = await convert(description, { signal: stop.signal, onProgress }).catch(
          (cause) => cause,
        );
        expect(failure).toBe(stop.signal.reason);
        expect(stop.signal.aborted).toBe(true);
        expect(await readdir(folder)).toEqual(["a.bin"]);
      }
  });

  it("when the recording is damaged, and keeps the file that was there", async () => {
    const { folder, path, out, convert } = await prepared(list);
    await writeFile(out, "kept");
    await writeFile(path, encodeNmnist(list).subarray(0, 18));
    await expect(convert(frames)).rejects.toThrow(DataError);
    await expect(convert(frames)).rejects.toThrow(/a.bin, byte 15/);
    expect((await readdir(folder)).sort()).toEqual(["a.bin", "out.npz"]);
  });

  it("when the recording changes between its passes", async () => {
    const { folder, path, convert } = await prepared(scatteredEvents(100_000, 34, 3));
    const other = encodeNmnist(scatteredEvents(100_000, 34, 3, 2));
    let isChanged = false;
    const onProgress = (done: number): void => {
      if (done < 0.5 || isChanged) return;
      isChanged = true;
      void writeFile(path, other);
    };
    await expect(convert({}, { onProgress })).rejects.toThrow(/changed or replaced while it was read/);
    expect(await readdir(folder)).toEqual(["a.bin"]);
  });

  it("when it cannot be written", async () => {
    const { path } = await prepared(list);
    const out = join(await emptyFolder(), "none", "out.npz");
    await expect(convertRecording(path, out, parseConversion(frames, "test"))).rejects.toThrow(StorageError);
    await expect(convertRecording(path, out, parseConversion({}, "test"))).rejects.toThrow(StorageError);
  });

  it("when it does not fit", async () => {
    const { folder, convert } = await prepared(list);
    const transforms = [{ type: "downsample", targetSize: [35, 34] }];
    await expect(convert({ transforms })).rejects.toThrow(ConfigError);
    await expect(convert({}, { sensor: { width: 34, height: 32 } })).rejects.toThrow(DataError);
    await expect(convert({}, { format: "evt9" })).rejects.toThrow(ConfigError);
    expect(await readdir(folder)).toEqual(["a.bin"]);
  });

  it("when it is no conversion", () => {
    for (const description of [
      { representation: { type: "toFrame" } },
      { representation: { type: "toFrame", timeBins: 0 } },
      { representation: { type: "toGraph" } },
      { transforms: [{ type: "timeJitter", std: 1 }] },
      { more: 1 },
    ])
      expect(() => parseConversion(description, "test")).toThrow(ConfigError);
  });
});
