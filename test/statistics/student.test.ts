/** Quantiles of Student's distribution against numerical integration of its density. */
import { expect, test } from "vitest";
import { student } from "../../src/statistics/student.ts";

test.each([
  [1, 12.7062],
  [2, 4.30265],
  [29, 2.04523],
  [30, 2.042272],
  [32.65, 2.035344],
  [100, 1.983972],
  [1e6, 1.959966],
])("%d degrees of freedom", (freedom, quantile) => {
  expect(Math.abs(student(freedom) - quantile)).toBeLessThan(freedom < 30 ? 5e-4 : 1e-5);
});

test("between whole numbers below 30 they are rounded down: intervals are conservative", () => {
  expect(student(2.9)).toBe(student(2));
  expect(student(Number.POSITIVE_INFINITY)).toBeCloseTo(1.959964, 6);
});
