import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DataError, NumericError } from "../../src/errors.ts";
import {
  adaptiveCalibrationError,
  classwiseCalibrationError,
} from "../../src/statistics/classwise-calibration.ts";
import { equalMassBins } from "../../src/statistics/equal-mass-bins.ts";
import { uniform } from "../nn/draw.ts";

const measures = [classwiseCalibrationError, adaptiveCalibrationError];

test("two images by hand: each has a bin of its own", () => {
  // Class 0: |1 - .9| / 2 + |0 - .2| / 2; class 1 the same.
  for (const measure of measures)
    expect(measure(Float64Array.of(0.9, 0.1, 0.2, 0.8), [0, 1])).toBeCloseTo(0.15, 14);
});

test("images of equal probability share a bin", () => {
  for (const measure of measures)
    expect(measure(Float64Array.of(0.5, 0.5, 0.5, 0.5), [0, 1])).toBeCloseTo(0, 14);
});

test("certain answers: 0 if all are right; 2 / classes if all are wrong", () => {
  for (const measure of measures) {
    expect(measure(Float64Array.of(1, 0, 0, 0, 1, 0), [0, 1])).toBe(0);
    // Of each image the answer and the label are wrong by 1, the other classes by 0.
    expect(measure(Float64Array.of(1, 0, 0, 0, 1, 0), [1, 0])).toBeCloseTo(2 / 3, 14);
  }
});

/** 60 images of three classes; all probabilities of a class differ. */
const CLASSES = 3;
const images = Array.from({ length: 60 }, (_, i) => {
  const masses = Array.from(uniform(`class-wise ${i}`, CLASSES, 0.01, 1));
  const sum = masses.reduce((a, b) => a + b, 0);
  return { row: masses.map((mass) => mass / sum), label: i % CLASSES };
});
type Image = (typeof images)[number];
const score = (measure: (typeof measures)[number], list: readonly Image[]): number =>
  measure(
    Float64Array.from(list.flatMap(({ row }) => row)),
    list.map(({ label }) => label),
  );

/** Mean over classes of sum over bins of |sum over the bin's images of (1 or 0) - p| / n. */
const naive = (
  list: readonly Image[],
  binsOf: (column: readonly Image[], c: number) => Image[][],
): number => {
  let total = 0;
  for (let c = 0; c < CLASSES; c++)
    for (const bin of binsOf(list, c)) {
      const gap = bin.reduce((sum, { row, label }) => sum + (label === c ? 1 : 0) - row[c]!, 0);
      total += Math.abs(gap) / list.length / CLASSES;
    }
  return total;
};

test("class-wise calibration error has 15 bins (lower, upper] of equal width", () => {
  const expected = naive(images, (list, c) =>
    Array.from({ length: 15 }, (_, b) =>
      list.filter(({ row }) => row[c]! > b / 15 && row[c]! <= (b + 1) / 15),
    ),
  );
  expect(score(classwiseCalibrationError, images)).toBeCloseTo(expected, 12);
});

test("adaptive calibration error has 15 bins of equally many images", () => {
  const expected = naive(images, (list, c) => {
    const sorted = list.toSorted((a, b) => a.row[c]! - b.row[c]!);
    return Array.from({ length: 15 }, (_, b) => sorted.slice(4 * b, 4 * b + 4));
  });
  expect(score(adaptiveCalibrationError, images)).toBeCloseTo(expected, 12);
});

test("neither depends on the order of the images, with ties", () => {
  const tied = images.map(({ label }, i) => ({
    row: [
      [0.2, 0.3, 0.5],
      [0.6, 0, 0.4],
    ][i % 2]!,
    label,
  }));
  for (const measure of measures)
    for (const list of [images, tied])
      expect(score(measure, list.toReversed())).toBeCloseTo(score(measure, list), 12);
});

describe("bins of equal mass", () => {
  test("by hand", () => {
    expect([...equalMassBins(Float64Array.of(3, 1, 2, 4), 2)]).toEqual([1, 0, 0, 1]);
    expect([...equalMassBins(Float64Array.of(5, 5, 5, 9), 2)]).toEqual([0, 0, 0, 1]);
    expect([...equalMassBins(Float64Array.of(7), 15)]).toEqual([7]);
  });

  test("ascend with the values, are one for equal values, and differ by at most 1 in size without ties", () => {
    const values = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 20 }), (list, count) => {
        const bins = equalMassBins(Float64Array.from(list), count);
        for (const [i, a] of list.entries())
          for (const [j, b] of list.entries()) {
            if (a < b) expect(bins[i]).toBeLessThanOrEqual(bins[j]!);
            if (a === b) expect(bins[i]).toBe(bins[j]);
          }
        if (new Set(list).size < list.length) return;
        const sizes = Array.from({ length: count }, (_, bin) => bins.filter((own) => own === bin).length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });
});

test("bad predictions are refused", () => {
  for (const measure of measures) {
    expect(() => measure(Float64Array.of(1, 0), [2])).toThrow(DataError);
    expect(() => measure(Float64Array.of(), [])).toThrow(DataError);
    expect(() => measure(Float64Array.of(1, 1), [0])).toThrow(NumericError);
  }
});
