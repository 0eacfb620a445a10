/** Interlaced PNGs: what is not, read-image.test.ts has. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodePng } from "../../../src/datasets/images/png-samples.ts";
import { DataError } from "../../../src/errors.ts";
import { png } from "./png.ts";

const channelsOf: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const kinds = [
  ...[1, 2, 4, 8, 16].map((depth) => ({ colourType: 0, depth })),
  ...[1, 2, 4, 8].map((depth) => ({ colourType: 3, depth })),
  ...[2, 4, 6].flatMap((colourType) => [8, 16].map((depth) => ({ colourType, depth }))),
];

/** First column and row, and steps, of the passes (PNG specification, 8.2). */
const passes = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** The bytes of samples of `depth` bits, the last one filled up. */
const packed = (samples: readonly number[], depth: number): number[] => {
  const bits = samples.map((sample) => sample.toString(2).padStart(depth, "0")).join("");
  return (bits.match(/.{1,8}/g) ?? []).map((byte) => Number.parseInt(byte.padEnd(8, "0"), 2));
};

const from = (start: number, end: number, step: number): number[] =>
  Array.from({ length: Math.max(0, Math.ceil((end - start) / step)) }, (_, k) => start + k * step);

describe("interlaced PNGs", () => {
  it("are read as those that are not, whatever their size, depth and colours", () => {
    const pictures = fc.record({
      kind: fc.constantFrom(...kinds),
      width: fc.integer({ min: 1, max: 19 }),
      height: fc.integer({ min: 1, max: 19 }),
      seed: fc.nat(1000),
    });
    fc.assert(
      fc.property(pictures, ({ kind: { colourType, depth }, width, height, seed }) => {
        const channels = channelsOf[colourType]!;
        const pixel = (x: number, y: number): number[] =>
          Array.from({ length: channels }, (_, c) => (seed + 31 * x + 17 * y * x + 7 * c) % 2 ** depth);
        const row = (columns: readonly number[], y: number) =>
          packed(
            columns.flatMap((x) => pixel(x, y)),
            depth,
          );
        const extra =
          colourType === 3 ? [["PLTE", Uint8Array.from({ length: 768 }, (_, k) => k % 251)] as const] : [];
        const parts = { width, height, depth, colourType, extra };
        const plain = png({ ...parts, rows: from(0, height, 1).map((y) => row(from(0, width, 1), y)) });
        const rows = passes.flatMap(([x, y, stepX, stepY]) => {
          const columns = from(x, width, stepX);
          return columns.length === 0 ? [] : from(y, height, stepY).map((each) => row(columns, each));
        });
        const interlaced = png({ ...parts, rows, interlace: 1 });
        expect(decodePng(interlaced, "x")).toEqual(decodePng(plain, "x"));
      }),
      { numRuns: 300 },
    );
  });

  it("are refused with missing pixels, damaged chunks or another method", () => {
    const parts = { width: 3, height: 1, depth: 8, colourType: 0 };
    const whole = png({ ...parts, rows: [[1], [2], [3]], interlace: 1 });
    expect([...decodePng(whole, "x").data]).toEqual([1, 3, 2]);
    expect(() => decodePng(png({ ...parts, rows: [[1], [2]], interlace: 1 }), "x")).toThrow(DataError);
    expect(() => decodePng(png({ ...parts, rows: [[1], [2], [3]], interlace: 2 }), "x")).toThrow(
      /interlacing by method 2/,
    );
    const damaged = Buffer.from(whole);
    damaged[29]! ^= 1;
    expect(() => decodePng(damaged, "x")).toThrow(/another checksum of the chunk IHDR/);
  });
});
