import { expect, test } from "vitest";
import { erf, normalCdf, normalQuantile } from "../../src/statistics/normal.ts";
import { erfc } from "../support/special-functions.ts";
import * as reference from "../support/statistics.ts";

test("the distribution function agrees with that by erfc", () => {
  for (let x = -9; x <= 9; x += 0.37) expect(normalCdf(x)).toBeCloseTo(reference.normalCdf(x), 13);
  // Far tails keep their relative precision.
  for (const x of [-5, -7.1, -8, -20]) expect(normalCdf(x) / reference.normalCdf(x)).toBeCloseTo(1, 6);
  expect(normalCdf(0)).toBeCloseTo(0.5, 15);
});

test("the error function agrees with 1 - erfc and is odd", () => {
  for (let x = -5; x <= 5; x += 0.31) {
    expect(erf(x)).toBeCloseTo(1 - erfc(x), 13);
    expect(erf(-x)).toBeCloseTo(-erf(x), 13);
  }
  expect([erf(2 ** 20), erf(-(2 ** 20))]).toEqual([1, -1]);
});

test("the quantile is its inverse", () => {
  expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 12);
  for (const p of [1e-300, 1e-9, 0.02, 0.5, 0.8, 1 - 1e-9])
    expect(normalCdf(normalQuantile(p)) / p).toBeCloseTo(1, 9);
  expect([0, 1].map(normalQuantile)).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
});
