import { expect, test } from "vitest";
import { summarize } from "../../../src/experiments/study/summarize.ts";

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
  expect(many.high - many.mean).toBeCloseTo(1.96 * Math.sqrt(100 / 4 / 99 / 100), 12);
});

test("of one seed the interval of its images", () => {
  expect(summarize([0.8], [0.6, 1.1])).toEqual({ mean: 0.8, low: 0.6, high: 1.1 });
});
