import { expect, test } from "vitest";
import { meanMetrics, summarize, summarizeMetrics } from "../../../src/experiments/study/summarize.ts";

test("over seeds by Student's distribution", () => {
  // .8 -+ 4.302653 x .1 / sqrt(3), the 97.5 % quantile of Student's distribution with two degrees of freedom.
  const three = summarize([0.7, 0.8, 0.9], [0, 1]);
  expect(three.mean).toBeCloseTo(0.8, 12);
  expect(three.low).toBeCloseTo(0.5515862, 4);
  expect(three.high).toBeCloseTo(1.0484138, 4);
  const many = summarize(
    Array.from({ length: 100 }, (_, k) => k % 2),
    [0, 1],
  );
  expect(many.high - many.mean).toBeCloseTo(1.984217 * Math.sqrt(100 / 4 / 99 / 100), 6);
});

test("of one seed the interval of its images", () => {
  expect(summarize([0.8], [0.6, 1.1])).toEqual({ mean: 0.8, low: 0.6, high: 1.1 });
});

test("chips of a run are no seeds: the interval is that of the runs' means", () => {
  const chip = (error: number) => ({
    ...{ error, errorInterval: [error - 1, error + 1] as const, nll: error / 10, brier: 0, ece: 0.01 },
  });
  const runs = [
    [0.6, 0.8],
    [0.8, 0.8],
    [0.9, 0.9],
  ].map((errors) => meanMetrics(errors.map(chip)));
  const found = summarizeMetrics(runs);
  const expected = summarize([0.7, 0.8, 0.9], [0, 1]);
  for (const bound of ["mean", "low", "high"] as const)
    expect(found.error![bound]).toBeCloseTo(expected[bound], 12);
  expect(found.nll).toBeCloseTo(0.08, 12);
  expect(summarizeMetrics(runs.slice(0, 1)).error!.high).toBeCloseTo(1.7, 12);
});

test("an interval of errors ends at 0 and at 100 %", () => {
  const run = (error: number) => ({ error, errorInterval: [0, 100] as const, nll: 0, brier: 0, ece: 0 });
  const [few, many] = [
    [0, 0.1, 0.4],
    [99.6, 99.9, 100],
  ].map((errors) => summarizeMetrics(errors.map(run)).error!);
  expect(few!.low).toBe(0);
  expect(many!.high).toBe(100);
});
