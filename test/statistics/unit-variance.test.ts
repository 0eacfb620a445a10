/** Variances of units over rows in parts, against those of all rows at once. */
import { describe, expect, test } from "vitest";
import { type Rows, unitVariance } from "../../src/statistics/unit-variance.ts";
import { normal } from "../nn/draw.ts";
import { mean, variance } from "../support/statistics.ts";

const UNITS = 5;
const ROWS = 30;
/** Far from 0, where a sum of squares would lose the variance. */
const LEVEL = 1000;
const values = normal("unit variance", ROWS * UNITS).map((x, k) => LEVEL + (k % UNITS) + x);
const column = (unit: number, from = 0, to = ROWS): number[] =>
  Array.from({ length: to - from }, (_, k) => values[(from + k) * UNITS + unit]!);
const units = Array.from({ length: UNITS }, (_, unit) => unit);

const part = (from: number, to: number): Rows => {
  const rows = to - from;
  const squares = units.map((unit) => (rows === 1 ? 0 : variance(column(unit, from, to)) * (rows - 1)));
  return {
    rows,
    mean: Float32Array.from(units, (unit) => mean(column(unit, from, to))),
    variance: squares.reduce((sum, each) => sum + each, 0) / (rows * UNITS),
  };
};

describe("rows in parts have the moments of all rows", () => {
  test.each([[[30]], [[10, 10, 10]], [[1, 1, 28]], [[29, 1]]])("%j", (sizes) => {
    const found = unitVariance(UNITS);
    let from = 0;
    for (const size of sizes) {
      found.add(part(from, from + size));
      from += size;
    }
    // Means are rounded to float32: 3e-5 at this level.
    expect(found.mean()).toBeCloseTo(mean(units.map((unit) => mean(column(unit)))), 4);
    expect(found.variance()).toBeCloseTo(mean(units.map((unit) => variance(column(unit)))), 3);
  });
});
