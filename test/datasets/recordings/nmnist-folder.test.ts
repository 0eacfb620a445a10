import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { drawExample } from "../../../src/datasets/draw.ts";
import { openDataset } from "../../../src/datasets/open.ts";
import { verifyDataset } from "../../../src/datasets/verify.ts";
import { ConfigError, DataError, StorageError } from "../../../src/errors.ts";
import { sha256 } from "../../../src/storage/sha256.ts";
import type { Event } from "../../events/encoders/event.ts";
import { emptyFolder } from "../folder.ts";
import { emptyCache } from "./cache.ts";
import { scatteredEvents, writeDigit, writeNmnist } from "./folders.ts";

let folder: string;
let recordings: Map<string, Event[]>;

beforeEach(async () => {
  await emptyCache();
  folder = await emptyFolder();
  recordings = await writeNmnist(folder);
});
afterEach(() => vi.unstubAllEnvs());

/** Ten frames of equal times, from the first event to the microsecond of the last: 255 where an ON event was. */
const framed = (events: readonly Event[]): Uint8Array => {
  const image = new Uint8Array(10 * 34 * 34);
  const first = events[0]!.t;
  const length = events.at(-1)!.t + 1 - first;
  for (const { t, x, y, p } of events)
    if (p === 1) image[(Math.floor(((t - first) * 10) / length) * 34 + y) * 34 + x] = 255;
  return image;
};

const joined = (split: string): Uint8Array =>
  Buffer.concat(
    [...recordings].filter(([name]) => name.startsWith(split)).map(([, events]) => framed(events)),
  );

describe("a folder of N-MNIST", () => {
  it("is images whose channels are frames, by label and name", async () => {
    const { name, train, test, files } = await openDataset(folder);
    expect(name).toBe(`N-MNIST in ${folder}`);
    expect(train).toMatchObject({ count: 10, shape: [10, 34, 34], classes: 10, subset: true });
    expect(test).toMatchObject({ count: 5, shape: [10, 34, 34], classes: 10, subset: true });
    expect([...train.labels]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect([...test.labels]).toEqual([0, 2, 4, 6, 8]);
    expect(Buffer.compare(train.images, joined("Train"))).toBe(0);
    expect(Buffer.compare(test.images, joined("Test"))).toBe(0);
    expect(train.recordings!.examples.slice(0, 2)).toEqual([
      { path: "Train/0/00000.bin", number: 0 },
      { path: "Train/1/00001.bin", number: 0 },
    ]);
    expect(files).toHaveLength(15);
    expect(files[10]).toEqual({
      name: "Test/0/00010.bin",
      sha256: sha256(await readFile(join(folder, "Test/0/00010.bin"))),
      bytes: 200 * 5,
    });
  });

  it("sorts the recordings of a label by name", async () => {
    const events = scatteredEvents(50, 34, 100, 7);
    await writeDigit(folder, "Train/3/00001", events);
    const { train } = await openDataset(folder);
    expect([...train.labels]).toEqual([0, 1, 2, 3, 3, 4, 5, 6, 7, 8, 9]);
    expect(Buffer.compare(train.images.subarray(3 * 11560, 4 * 11560), framed(events))).toBe(0);
  });

  it("is refused where a recording is damaged, a folder missing or none has any", async () => {
    const digit = join(folder, "Train/4/00004.bin");
    await writeFile(digit, (await readFile(digit)).subarray(0, 1004));
    await expect(openDataset(folder)).rejects.toThrow(DataError);
    await expect(openDataset(folder)).rejects.toThrow(
      /Train.4.00004.bin, byte 1000: got the end of the file after 4 bytes/,
    );
    await rm(join(folder, "Train/4"), { recursive: true });
    await expect(openDataset(folder)).rejects.toThrow(StorageError);
    for (let label = 0; label < 10; label += 2) await rm(join(folder, `Test/${label}/0001${label}.bin`));
    await writeDigit(folder, "Train/4/00004", scatteredEvents(50, 34, 100));
    await expect(openDataset(folder)).rejects.toThrow(/Test: got no recordings/);
  });
});

it.each([
  ["Train/nine", /Train.nine: got a folder that is no label; expected folders 0 to 9/],
  ["Test/12", /Test.12: got a folder that is no label/],
])("a folder %s, which is no label's, is refused", async (name, message) => {
  await mkdir(join(folder, name));
  await expect(openDataset(folder)).rejects.toThrow(message);
});

describe("verifying a folder of N-MNIST", () => {
  it("counts recordings by label", async () => {
    const { ok, format, records, classes, problems } = await verifyDataset(folder);
    expect({ ok, format, records, problems }).toEqual({
      ok: true,
      format: "nmnist",
      records: { train: 10, test: 5 },
      problems: [],
    });
    expect(Object.values(classes)).toEqual([2, 1, 2, 1, 2, 1, 2, 1, 2, 1]);
  });

  it("finds every damaged recording with its byte, though their frames are kept", async () => {
    await openDataset(folder);
    const spoil = async (name: string, change: (bytes: Buffer) => Uint8Array) => {
      const path = join(folder, name);
      await writeFile(path, change(await readFile(path)));
      return path;
    };
    const offSensor = await spoil("Train/8/00008.bin", (bytes) => bytes.fill(200, 50, 51));
    const cut = await spoil("Test/2/00012.bin", (bytes) => bytes.subarray(0, 998));
    const empty = await spoil("Train/1/00001.bin", () => new Uint8Array(0));
    const { ok, records, classes, problems } = await verifyDataset(folder);
    expect(ok).toBe(false);
    expect(records).toEqual({ train: 8, test: 4 });
    expect([classes[1], classes[2], classes[8]]).toEqual([0, 1, 1]);
    expect(problems.map(({ file, offset }) => ({ file, offset }))).toEqual([
      { file: empty, offset: 0 },
      { file: offSensor, offset: 50 },
      { file: cut, offset: 995 },
    ]);
  });

  it("tells of labels that have no folder", async () => {
    await rm(join(folder, "Train/4"), { recursive: true });
    const { records, problems } = await verifyDataset(folder);
    expect(records).toEqual({ train: 9, test: 5 });
    expect(problems).toHaveLength(1);
    expect(problems[0]!.found).toContain(join("Train", "4"));
  });
});

describe("drawing an example of N-MNIST", () => {
  it("draws the recording at that index, without reading others", async () => {
    await writeFile(join(folder, "Train/1/00001.bin"), "damaged");
    const { name, label, className, picture } = await drawExample(folder, "train", 3);
    expect({ name, label, className }).toEqual({ name: `N-MNIST in ${folder}`, label: 3, className: null });
    const on = recordings.get("Train/3/00003")!.filter(({ p }) => p === 1).length;
    expect(picture).toContain(`>300 events (${on} ON, ${300 - on} OFF) in `);
    expect(picture).toContain(">N-MNIST, training example 3: label 3<");
    expect(await drawExample(folder, "test", 4)).toMatchObject({ label: 8 });
  });

  it.each([-1, 1.5, 5, Number.NaN])("refuses the index %d", async (index) => {
    await expect(drawExample(folder, "test", index)).rejects.toThrow(ConfigError);
    await expect(drawExample(folder, "test", index)).rejects.toThrow(/of 5 test examples; expected 0 to 4/);
  });
});
