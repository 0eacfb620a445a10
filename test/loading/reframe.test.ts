import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ImageSplit } from "../../src/datasets/dataset.ts";
import { openDataset } from "../../src/datasets/open.ts";
import { drawValidation, splitValidation } from "../../src/datasets/validation.ts";
import { ConfigError, DataError } from "../../src/errors.ts";
import { reframe } from "../../src/loading/reframe.ts";
import { key } from "../../src/random/key.ts";
import { emptyFolder } from "../datasets/folder.ts";
import { emptyCache } from "../datasets/recordings/cache.ts";
import { scatteredEvents, type Trial, writeGestures } from "../datasets/recordings/folders.ts";

const trials: Readonly<Record<string, Trial>> = {
  // Two examples and three, of which the second gesture's overlap the first's.
  a: {
    events: scatteredEvents(3000, 128, 400, 1),
    gestures: [
      [4, 10_000, 210_000],
      [1, 100_000, 400_000],
    ],
  },
  b: { events: scatteredEvents(3000, 128, 400, 2), gestures: [[7, 0, 200_000]] },
};
const pixels = 6 * 64 * 64;
const anyKey = key(5, "augmentation");

let folder: string;
let split: ImageSplit;
beforeEach(async () => {
  await emptyCache();
  folder = await emptyFolder();
  await writeGestures(folder, trials, { train: ["a", "b"], test: ["b"] });
  split = (await openDataset(folder)).train;
});
afterEach(() => vi.unstubAllEnvs());

const imageAt = ({ images }: ImageSplit, k: number): Buffer =>
  Buffer.from(images.subarray(k * pixels, (k + 1) * pixels));

describe("reframe, where a recording has several examples", () => {
  it("makes the same images of the same events, in any order, again and of parts of the split", async () => {
    expect(split.count).toBe(7);
    const parts = [split, splitValidation(split, 3).validation, drawValidation(split, 4, 1).train];
    for (const part of parts) {
      const indices = [2, 0, 1, 2].map((k) => k % part.count);
      const anew = await reframe(part, indices, [], anyKey);
      expect([...anew.labels]).toEqual(indices.map((k) => part.labels[k]));
      for (const [at, k] of indices.entries()) expect(imageAt(anew, at).equals(imageAt(part, k))).toBe(true);
    }
  });

  it("changes the events of each example, and differently where it is shown twice", async () => {
    const indices = [4, 6, 0];
    const flipped = await reframe(split, indices, [{ type: "randomFlipLR", p: 1 }], anyKey);
    for (const [at, k] of indices.entries()) {
      const rows = imageAt(split, k);
      for (let row = 0; row < pixels; row += 64) rows.subarray(row, row + 64).reverse();
      expect(imageAt(flipped, at).equals(rows)).toBe(true);
    }
    const dropped = await reframe(split, [4, 4], [{ type: "dropEvent", p: 0.5 }], anyKey);
    expect(imageAt(dropped, 0).equals(imageAt(dropped, 1))).toBe(false);
  });

  it("is refused where a recording no longer has the example, or has none", async () => {
    await writeGestures(
      folder,
      { ...trials, b: { ...trials.b!, gestures: [[7, 0, 100_000]] } },
      {
        train: ["a", "b"],
        test: ["b"],
      },
    );
    const gone = reframe(split, [0, 6], [], anyKey);
    await expect(gone).rejects.toThrow(DataError);
    await expect(gone).rejects.toThrow(/b\.aedat: got 1 examples; expected at least 2/);
    await rm(join(folder, "a.aedat"));
    const { recordings: _, ...images } = split;
    await expect(reframe(images, [0], [], anyKey)).rejects.toThrow(ConfigError);
  });
});
