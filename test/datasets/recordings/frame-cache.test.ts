import { mkdir, readdir, readFile, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openDataset } from "../../../src/datasets/open.ts";
import { cachedFrames, type LabelledFrames } from "../../../src/datasets/recordings/frame-cache.ts";
import { emptyFolder } from "../folder.ts";
import { emptyCache } from "./cache.ts";
import { scatteredEvents, writeDigit, writeNmnist } from "./folders.ts";

let cache: string;

beforeEach(async () => {
  cache = await emptyCache();
});
afterEach(() => vi.unstubAllEnvs());

const frames = (pixel: number): LabelledFrames => ({
  images: new Uint8Array(1000).fill(pixel),
  labels: Uint8Array.of(pixel),
});

/** The frames kept under `content`, or else those of that pixel; and whether they had to be made. */
const framesOf = async (content: unknown, pixel: number) => {
  const make = vi.fn(async () => frames(pixel));
  const { images, labels } = await cachedFrames(content, make);
  expect(images).toEqual(frames(labels[0]!).images);
  return { pixel: labels[0], made: make.mock.calls.length };
};

describe("frames are kept", () => {
  it("under what they were made of, and made again for anything else", async () => {
    const content = { framing: { timeBins: 10 }, files: ["a 1 2"] };
    expect(await framesOf(content, 1)).toEqual({ pixel: 1, made: 1 });
    expect(await framesOf(content, 2)).toEqual({ pixel: 1, made: 0 });
    expect(await framesOf({ ...content, framing: { timeBins: 11 } }, 3)).toEqual({ pixel: 3, made: 1 });
    expect(await framesOf({ ...content, files: ["a 1 3"] }, 4)).toEqual({ pixel: 4, made: 1 });
    expect(await framesOf(content, 5)).toEqual({ pixel: 1, made: 0 });
    expect(await readdir(cache)).toHaveLength(3);
  });

  it("unless the file is damaged, which is replaced", async () => {
    await framesOf("x", 1);
    const [name] = await readdir(cache);
    const file = join(cache, name!);
    const whole = await readFile(file);
    const damages = [whole.subarray(0, whole.length / 2), new Uint8Array(0), Buffer.from("no archive")];
    for (const [k, damaged] of damages.entries()) {
      await writeFile(file, damaged);
      expect(await framesOf("x", 10 + k)).toEqual({ pixel: 10 + k, made: 1 });
      expect(await framesOf("x", 99)).toEqual({ pixel: 10 + k, made: 0 });
    }
    // A byte of the frames, which the archive's checksum tells.
    const bytes = await readFile(file);
    bytes[100]! ^= 1;
    await writeFile(file, bytes);
    expect(await framesOf("x", 7)).toEqual({ pixel: 7, made: 1 });
    expect(await readdir(cache)).toEqual([name]);
  });

  it("unless the cache cannot be written", async () => {
    const file = join(await emptyFolder(), "file");
    await writeFile(file, "");
    vi.stubEnv("XDG_CACHE_HOME", join(file, "below"));
    expect(await framesOf("x", 1)).toEqual({ pixel: 1, made: 1 });
    expect(await framesOf("x", 2)).toEqual({ pixel: 2, made: 1 });
  });

  it("unless a folder stands in the place of the file", async () => {
    await framesOf("x", 1);
    const [name] = await readdir(cache);
    vi.stubEnv("XDG_CACHE_HOME", await emptyFolder());
    await mkdir(join(process.env.XDG_CACHE_HOME!, "neural-sampling/frames", name!), { recursive: true });
    expect(await framesOf("x", 2)).toEqual({ pixel: 2, made: 1 });
  });

  it("not at all where making them fails", async () => {
    const failure = new Error("damaged");
    await expect(cachedFrames("x", () => Promise.reject(failure))).rejects.toBe(failure);
    expect(await framesOf("x", 1)).toEqual({ pixel: 1, made: 1 });
  });
});

describe("a folder of recordings that is opened again", () => {
  const images = async (folder: string): Promise<Uint8Array> => (await openDataset(folder)).train.images;

  it("is not decoded again, until one of its files has changed", async () => {
    const folder = await emptyFolder();
    await writeNmnist(folder);
    const path = join(folder, "Train/5/00005.bin");
    await utimes(path, 1000, 1000);
    const before = await images(folder);
    expect(await readdir(cache)).toHaveLength(2);

    // Nothing has changed but dates.
    await utimes(path, 2000, 2000);
    expect(Buffer.compare(await images(folder), before)).toBe(0);
    expect(await readdir(cache)).toHaveLength(2);

    // Other events in as many bytes, of the same time of change: only a look into the file tells.
    await writeDigit(folder, "Train/5/00005", scatteredEvents(300, 34, 2000, 999));
    await utimes(path, 2000, 2000);
    const after = await images(folder);
    expect(Buffer.compare(after.subarray(0, 5 * 11560), before.subarray(0, 5 * 11560))).toBe(0);
    expect(Buffer.compare(after, before)).not.toBe(0);
    expect(await readdir(cache)).toHaveLength(3);
  });

  it("shares its frames with another folder of the same files, and not of others", async () => {
    const [folder, copy, other] = [await emptyFolder(), await emptyFolder(), await emptyFolder()];
    for (const each of [folder, copy, other]) await writeNmnist(each);
    await writeDigit(other, "Train/0/00000", scatteredEvents(300, 34, 2000, 999));
    const [kept, same, different] = [await images(folder), await images(copy), await images(other)];
    expect(Buffer.compare(same, kept)).toBe(0);
    expect(Buffer.compare(different, kept)).not.toBe(0);
    expect(await readdir(cache)).toHaveLength(3);
  });

  it("has the same frames where none can be kept", async () => {
    const folder = await emptyFolder();
    await writeNmnist(folder);
    const kept = await images(folder);
    vi.stubEnv("XDG_CACHE_HOME", "/dev/null/cache");
    expect(Buffer.compare(await images(folder), kept)).toBe(0);
  });
});
