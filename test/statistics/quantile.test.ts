import { expect, test } from "vitest";
import { median, quantile } from "../../src/statistics/quantile.ts";

test("a quantile lies between its neighbours", () => {
  expect(quantile([1, 2, 4], 0.5)).toBe(2);
  expect(quantile([1, 2, 4], 0.75)).toBe(3);
  expect(quantile([7], 0.3)).toBe(7);
  expect(quantile([], 0.5)).toBeNaN();
});

test("a median needs no order", () => {
  expect(median([4, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 8])).toBe(3);
  expect(median([])).toBeNaN();
});
