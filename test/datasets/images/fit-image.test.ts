import { describe, expect, it } from "vitest";
import { borderMean } from "../../../src/datasets/images/border.ts";
import { fitImage } from "../../../src/datasets/images/fit-image.ts";

const constant = (value: number, size: number): Uint8Array => new Uint8Array(size).fill(value);

describe("fitImage", () => {
  it("leaves a picture of the right size alone", () => {
    const pixels = Uint8Array.from({ length: 12 }, (_, k) => 20 * k);
    expect(fitImage(pixels, [1, 3, 4], [1, 3, 4])).toBe(pixels);
  });

  it("keeps a constant picture, whatever the sizes, channel by channel", () => {
    for (const [height, width] of [
      [1, 1],
      [3, 50],
      [97, 13],
      [200, 300],
    ] as const) {
      const pixels = Uint8Array.of(...constant(7, height * width), ...constant(201, height * width));
      const fitted = fitImage(pixels, [2, height, width], [2, 8, 8]);
      expect([...new Set(fitted.subarray(0, 64))]).toEqual([7]);
      expect([...new Set(fitted.subarray(64))]).toEqual([201]);
    }
  });

  it("averages what it shrinks: a fine checkerboard becomes grey", () => {
    const board = Uint8Array.from({ length: 64 * 64 }, (_, k) => ((k + Math.floor(k / 64)) % 2) * 255);
    for (const value of fitImage(board, [1, 64, 64], [1, 8, 8]))
      expect(Math.abs(value - 127.5)).toBeLessThan(2);
  });

  it("keeps a ramp when it enlarges", () => {
    const ramp = Uint8Array.from({ length: 4 }, (_, k) => 80 * k);
    // Linear between the pixels' centres, constant beyond the outer ones.
    expect([...fitImage(ramp, [1, 1, 4], [1, 2, 8])].slice(0, 8)).toEqual([
      0, 20, 60, 100, 140, 180, 220, 240,
    ]);
  });

  it("keeps proportions, centres, and fills up with the border's colour", () => {
    const wide = constant(50, 4 * 8);
    wide.fill(250, 8 + 2, 8 + 6);
    wide.fill(250, 16 + 2, 16 + 6);
    const fitted = fitImage(wide, [1, 4, 8], [1, 8, 8]);
    expect([...fitted.subarray(0, 16)]).toEqual([...constant(50, 16)]);
    expect([...fitted.subarray(16, 48)]).toEqual([...wide]);
    expect([...fitted.subarray(48)]).toEqual([...constant(50, 16)]);
  });
});

describe("borderMean", () => {
  it("sees the outermost pixels of every image and nothing else", () => {
    const image = Uint8Array.of(1, 2, 3, 4, 99, 5, 6, 7, 8);
    expect(borderMean(image, [1, 3, 3])).toBe(4.5);
    expect(borderMean(Uint8Array.of(...image, ...constant(0, 9)), [1, 3, 3])).toBe(2.25);
    expect(borderMean(Uint8Array.of(10, 20, 30), [1, 1, 3])).toBe(20);
    expect(borderMean(Uint8Array.of(10, 20, 30), [1, 3, 1])).toBe(20);
  });
});
