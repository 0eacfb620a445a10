/** Differences of rows against published examples and the intervals of docs/results.md. */
import { expect, test } from "vitest";
import { errorDifference, isSingleRun } from "../../src/report/difference.ts";
import { wilsonInterval } from "../../src/statistics/metrics.ts";
import { rowOf } from "./example.ts";

test("several seeds: Welch's interval", () => {
  // mnist-table: .86, .69, .80 and .58, .62, .54; difference .20 +- .18 in docs/results.md.
  const own = rowOf("bNSM", 0.78333, 0.21418);
  const { mean, low, high } = errorDifference(own, rowOf("dCNN", 0.58, 0.09937))!;
  expect(mean).toBeCloseTo(0.20333, 5);
  expect(high - mean).toBeCloseTo(0.18, 2);
  expect(mean - low).toBeCloseTo(high - mean, 10);
});

test("equal variances: twice the degrees of freedom of one", () => {
  // t(4) = 2.776, t(2) = 4.303.
  const { low } = errorDifference(rowOf("a", 1, 0.4303), rowOf("b", 1, 0.4303))!;
  expect(-low).toBeCloseTo(0.1 * 2.776 * Math.SQRT2, 6);
});

test("one seed: Newcombe's interval, by his example of 56 of 70 and 48 of 80", () => {
  const once = (wrong: number, images: number) => {
    const [low, high] = wilsonInterval(wrong, images).map((rate) => 100 * rate) as [number, number];
    return rowOf("", 0, 0, { seeds: [1], error: { mean: (100 * wrong) / images, low, high } });
  };
  const { mean, low, high } = errorDifference(once(56, 70), once(48, 80))!;
  expect(mean).toBeCloseTo(20, 10);
  expect(low).toBeCloseTo(5.24, 2);
  expect(high).toBeCloseTo(33.39, 2);
  // The interval of one seed tells nothing about several.
  expect(errorDifference(rowOf("", 1, 0.3), once(1, 100))!.high).toBeCloseTo(
    errorDifference(rowOf("", 1, 0.3, { seeds: [1] }), once(1, 100))!.high,
    10,
  );
});

test("an ensemble of several seeds is one run", () => {
  const ensemble = rowOf("", 1, 0.3, { seeds: [1, 2, 3, 4, 5], runs: 1 });
  const own = rowOf("", 2, 0.4);
  expect(isSingleRun(ensemble)).toBe(true);
  expect(errorDifference(own, ensemble)).toEqual(errorDifference(own, rowOf("", 1, 0.3, { seeds: [1] })));
});

test("no variation, and no error", () => {
  expect(errorDifference(rowOf("", 2, 0), rowOf("", 1, 0))).toEqual({ mean: 1, low: 1, high: 1 });
  expect(errorDifference(rowOf("", 2, 0, { error: null }), rowOf("", 1))).toBeUndefined();
});

test("an interval that was cut off at 0 or 100 % tells its width by the other side", () => {
  const whole = rowOf("", 0.75, 2.5);
  const cut = rowOf("", 0.75, 0, { error: { mean: 0.75, low: 0, high: 3.25 } });
  expect(errorDifference(cut, rowOf("", 0.5, 0.1))).toEqual(errorDifference(whole, rowOf("", 0.5, 0.1)));
  // Two of three runs collapsed: errors of .5, 90 and 91.
  const collapsed = rowOf("", 60.5, 0, { error: { mean: 60.5, low: 0, high: 100 } });
  expect(errorDifference(collapsed, rowOf("", 0.6, 0.25))!.low).toBeLessThan(0);
});
