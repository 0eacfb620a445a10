import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  augmentationSchema,
  type Change,
  drawChange,
  encodeChanged,
} from "../../src/loading/augmentation.ts";
import { encodeImage, encodingTable, type Images } from "../../src/networks/images.ts";
import { key } from "../../src/random/key.ts";
import { reader } from "../../src/random/reader.ts";

const SHAPE = [2, 5, 6] as const;
const ELEMENTS = 60;
const images: Images = {
  name: "three",
  count: 3,
  shape: SHAPE,
  // No pixel is 0, which stands for what is outside.
  images: Uint8Array.from({ length: 3 * ELEMENTS }, (_, k) => 1 + ((k * 37) % 255)),
};
const table = encodingTable({ name: "real", encoding: "real", input: [...SHAPE] });
const STILL: Change = { down: 0, right: 0, mirrored: false, row: 0, column: 0 };

/** What image `index` becomes, by definition: each place looked up by itself. */
const expected = (
  index: number,
  { down, right, mirrored, row, column }: Change,
  cutOut: number,
): number[] => {
  const [channels, height, width] = SHAPE;
  const half = Math.floor(cutOut / 2);
  const isCut = (y: number, x: number): boolean =>
    y >= row - half && y < row - half + cutOut && x >= column - half && x < column - half + cutOut;
  const out: number[] = [];
  for (let c = 0; c < channels; c++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const [fromY, shown] = [y - down, x - right];
        const isInside = fromY >= 0 && fromY < height && shown >= 0 && shown < width;
        const fromX = mirrored ? width - 1 - shown : shown;
        const place = index * ELEMENTS + (c * height + fromY) * width + fromX;
        out.push(isInside && !isCut(y, x) ? Math.fround(images.images[place]! / 255) : 0);
      }
  return out;
};

const changed = (index: number, change: Change, cutOut: number): number[] => {
  const out = new Float32Array(2 * ELEMENTS).fill(9);
  encodeChanged(images, index, change, cutOut, table, out, 1);
  expect(out.subarray(0, ELEMENTS).every((value) => value === 9)).toBe(true);
  return [...out.subarray(ELEMENTS)];
};

describe("a changed image", () => {
  test("is, for every shift, mirroring and cut-out, what each place of it should show", () =>
    fc.assert(
      fc.property(
        fc.record({
          down: fc.integer({ min: -7, max: 7 }),
          right: fc.integer({ min: -8, max: 8 }),
          mirrored: fc.boolean(),
          row: fc.integer({ min: 0, max: 4 }),
          column: fc.integer({ min: 0, max: 5 }),
        }),
        fc.integer({ min: 0, max: 9 }),
        fc.integer({ min: 0, max: 2 }),
        (change, cutOut, index) => {
          expect(changed(index, change, cutOut)).toEqual(expected(index, change, cutOut));
        },
      ),
      { seed: 1 },
    ));

  test("that nothing is done to is the image itself", () => {
    const plain = new Float32Array(ELEMENTS);
    encodeImage(images, 2, table, plain, 0);
    expect(changed(2, STILL, 0)).toEqual([...plain]);
  });
});

describe("the changes drawn", () => {
  const draw = (description: object, count: number): Change[] => {
    const augmentation = augmentationSchema.parse(description);
    const next = reader(key(1, "test"));
    return Array.from({ length: count }, () => drawChange(augmentation, [5, 6], next));
  };

  /** Pearson's chi-squared statistic of counts that should be equal. */
  const chiSquared = (values: readonly number[], kinds: number): number => {
    const counts = new Array<number>(kinds).fill(0);
    for (const value of values) counts[value]!++;
    const mean = values.length / kinds;
    return counts.reduce((sum, count) => sum + (count - mean) ** 2 / mean, 0);
  };

  test("are uniform: shifts from -pad to pad, mirrored half the time, centres anywhere", () => {
    const changes = draw({ pad: 2, flip: true, cutOut: 3 }, 20_000);
    const of = (value: (change: Change) => number): number[] => changes.map(value);
    // Quantiles of chi-squared with 4, 4, 1, 4 and 5 degrees of freedom for a significance of .001 each.
    expect(
      chiSquared(
        of(({ down }) => down + 2),
        5,
      ),
    ).toBeLessThan(18.47);
    expect(
      chiSquared(
        of(({ right }) => right + 2),
        5,
      ),
    ).toBeLessThan(18.47);
    expect(
      chiSquared(
        of(({ mirrored }) => Number(mirrored)),
        2,
      ),
    ).toBeLessThan(10.83);
    expect(
      chiSquared(
        of(({ row }) => row),
        5,
      ),
    ).toBeLessThan(18.47);
    expect(
      chiSquared(
        of(({ column }) => column),
        6,
      ),
    ).toBeLessThan(20.52);
  });

  test("do nothing that is not asked for", () => {
    expect(new Set(draw({}, 50).map((change) => JSON.stringify(change)))).toEqual(
      new Set([JSON.stringify(STILL)]),
    );
    expect(draw({ flip: true }, 50).every(({ down, right }) => down === 0 && right === 0)).toBe(true);
  });
});
