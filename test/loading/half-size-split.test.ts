import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ImageSplit } from "../../src/datasets/dataset.ts";
import { halfSizeSplit } from "../../src/loading/half-size-split.ts";

const splitOf = (shape: readonly [number, number, number], count: number, seed: number): ImageSplit => {
  const size = count * shape[0] * shape[1] * shape[2];
  return {
    name: "made up",
    images: Uint8Array.from({ length: size }, (_, k) => (Math.imul(k + seed, 2_654_435_761) >>> 13) & 255),
    labels: new Uint8Array(count),
    count,
    shape,
    classes: 2,
    subset: false,
  };
};

describe("halfSizeSplit", () => {
  test("has the rounded mean of each 2 x 2 pixels in its place", async () => {
    const even = fc.integer({ min: 1, max: 5 }).map((half) => 2 * half);
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(fc.integer({ min: 1, max: 3 }), even, even),
        fc.integer({ min: 1, max: 3 }),
        fc.nat(),
        async (shape, count, seed) => {
          const split = splitOf(shape, count, seed);
          const half = await halfSizeSplit(split);
          const [channels, height, width] = shape;
          expect(half.shape).toEqual([channels, height / 2, width / 2]);
          expect(half.images).toHaveLength(split.images.length / 4);
          expect(half.labels).toEqual(split.labels);
          half.images.forEach((pixel, k) => {
            const [column, above] = [k % (width / 2), Math.floor(k / (width / 2))];
            const [row, plane] = [above % (height / 2), Math.floor(above / (height / 2))];
            const at = (y: number, x: number): number =>
              split.images[(plane * height + 2 * row + y) * width + 2 * column + x]!;
            expect(pixel).toBe(Math.floor((at(0, 0) + at(0, 1) + at(1, 0) + at(1, 1)) / 4 + 0.5));
          });
        },
      ),
      { seed: 1, numRuns: 50 },
    );
  });
});
