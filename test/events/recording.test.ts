import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ConfigError, DataError } from "../../src/errors.ts";
import { openRecording, readRecording, recordingFormats } from "../../src/events/recording.ts";
import { writeEvents } from "../../src/events/write-events.ts";
import type { NpyArray } from "../../src/files/arrays/npy.ts";
import { encodeNpyColumns } from "../../src/files/arrays/npy-encode.ts";
import { emptyFolder } from "../datasets/folder.ts";
import { aedat2Header, encodeAedat2 } from "./encoders/aedat2.ts";
import { aedat3Header, encodeAedat3 } from "./encoders/aedat3.ts";
import { encodeAedat4 } from "./encoders/aedat4.ts";
import { encodeDat } from "./encoders/dat.ts";
import { type Event, eventsOf } from "./encoders/event.ts";
import { encodeEvt2, rawHeader } from "./encoders/evt2.ts";
import { encodeEvt3 } from "./encoders/evt3.ts";
import { encodeHdf5 } from "./encoders/hdf5.ts";
import { encodeNmnist } from "./encoders/nmnist.ts";
import { writeLargeAedat3 } from "./large.ts";

const list: Event[] = [
  { t: 3, x: 1, y: 2, p: 1 },
  { t: 4, x: 3, y: 4, p: 0 },
];
const sensor = { width: 640, height: 480 };

const written = async (name: string, bytes: Uint8Array): Promise<string> => {
  const path = join(await emptyFolder(), name);
  await writeFile(path, bytes);
  return path;
};

describe("openRecording", () => {
  it.each([
    ["aedat2", encodeAedat2(aedat2Header("a.DAVIS240C"), [])],
    ["aedat3", encodeAedat3(aedat3Header("DVS128"), [])],
    ["aedat4", encodeAedat4({ streams: [{ id: 0, type: "EVTS", width: 8, height: 8 }], packets: [] })],
    ["dat", encodeDat(list)],
    ["evt2", encodeEvt2(rawHeader("2.0", 640, 480), list)],
    ["evt3", encodeEvt3(rawHeader("3.0", 640, 480), list)],
  ])("knows %s by its first bytes, whatever its name", async (format, bytes) => {
    expect((await openRecording(await written("recording.bin", bytes))).format).toBe(format);
  });

  it("knows arrays of events", async () => {
    const events = eventsOf(list);
    const path = join(await emptyFolder(), "a");
    await writeEvents(path, { count: 2, sensor, chunks: () => [events] });
    expect(await openRecording(path)).toMatchObject({ format: "npz", sensor });
    expect((await readRecording(path)).events).toEqual(events);
    const u2 = (data: Uint16Array) => ({ type: "u2", shape: [2], data }) as const;
    const u1 = { type: "u1", shape: [2], data: events.polarity } as const;
    const t = { type: "f8", shape: [2], data: events.t } as const;
    const columns = new Map<string, NpyArray>([
      ["t", t],
      ["x", u2(events.x)],
      ["y", u2(events.y)],
      ["p", u1],
    ]);
    const npy = await written("b", encodeNpyColumns(columns));
    expect(await openRecording(npy, { sensor })).toMatchObject({ format: "npy", sensor });
    const h5 = join(await emptyFolder(), "c");
    await encodeHdf5(h5, events, {});
    expect(await openRecording(h5, { sensor })).toMatchObject({ format: "hdf5", sensor });
  });

  it("knows N-MNIST by its name's ending", async () => {
    const path = await written("00001.BIN", encodeNmnist(list));
    const read = await readRecording(path);
    expect(read).toEqual({ events: eventsOf(list), sensor: { width: 34, height: 34 } });
  });

  it.each([
    ["whose ending is of two formats", "recording.raw"],
    ["whose ending is of none", "recording.data"],
  ])("asks for the format of a file %s, naming those there are", async (_, name) => {
    const path = await written(name, encodeEvt3([], list));
    await expect(openRecording(path)).rejects.toThrow(DataError);
    await expect(openRecording(path)).rejects.toThrow(
      /got a file that does not show its format; .*nmnist, .*aedat2, .*Name the format: as `format`.*--format NAME/,
    );
    const { events } = await readRecording(path, { format: "evt3", sensor });
    expect(events).toEqual(eventsOf(list));
  });

  it("asks for the sensor's size where nothing says it", async () => {
    const path = await written("left.evt2.bin", encodeEvt2([], list));
    await expect(openRecording(path)).rejects.toThrow(
      /does not say how large its sensor is.*--size WIDTHxHEIGHT/,
    );
    expect((await readRecording(path, { sensor })).events).toEqual(eventsOf(list));
  });

  it("refuses a format that there is not and a sensor that cannot be", async () => {
    const path = await written("00001.bin", encodeNmnist(list));
    await expect(openRecording(path, { format: "evt4" })).rejects.toThrow(ConfigError);
    await expect(openRecording(path, { format: "evt4" })).rejects.toThrow(
      /got "evt4"; expected one of nmnist, /,
    );
    for (const width of [0, -1, 1.5, Number.NaN, 65_537])
      await expect(openRecording(path, { sensor: { width, height: 34 } })).rejects.toThrow(ConfigError);
  });

  it("refuses an empty file", async () => {
    const path = await written("00001.bin", new Uint8Array(0));
    await expect(openRecording(path)).rejects.toThrow(/byte 0: got an empty file; .*Fetch it again/);
  });

  it("reads a file of many pieces to its last event, and can be left halfway", async () => {
    const path = join(await emptyFolder(), "large.aedat");
    const { bytes, events } = await writeLargeAedat3(path, 3_000_000);
    expect(bytes).toBeGreaterThanOrEqual(3_000_000);
    const read = await readRecording(path);
    expect(read.events.t.length).toBe(events);
    expect(read.events.t.every((t, i) => t === i)).toBe(true);
    expect(read.events.x.every((x, i) => x === (i % 8192) % 127)).toBe(true);
    expect(read.events.y.every((y, i) => y === (i % 8192) % 128)).toBe(true);
    expect(read.events.polarity.every((p, i) => p === 1 - (i % 2))).toBe(true);
    const { chunks } = await openRecording(path);
    for await (const { t } of chunks) {
      expect(t[0]).toBe(0);
      break;
    }
  });
});

describe("the formats", () => {
  it("have names of their own and endings with a dot", () => {
    expect(new Set(recordingFormats.map(({ name }) => name)).size).toBe(recordingFormats.length);
    for (const ending of recordingFormats.flatMap(({ endings }) => endings))
      expect(ending).toMatch(/^\.[a-z0-9.]+$/);
  });
});
