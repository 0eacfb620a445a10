import { expect, test } from "vitest";
import { ConfigError } from "../../src/errors.ts";
import { smoothed } from "../../src/statistics/smoothing.ts";

test("is the weighted mean of the values so far", () => {
  const [values, w] = [[4, -2, 7, 1], 0.6];
  const expected = values.map((_, k) => {
    const weights = values.slice(0, k + 1).map((_, j) => w ** (k - j));
    const sum = weights.reduce((total, weight, j) => total + weight * values[j]!, 0);
    return sum / weights.reduce((total, weight) => total + weight, 0);
  });
  for (const [k, value] of smoothed(values, w).entries()) expect(value).toBeCloseTo(expected[k]!, 12);
});

test("keeps a constant from the first value on, and everything at weight 0", () => {
  for (const value of smoothed(new Float64Array(50).fill(3), 0.99)) expect(value).toBeCloseTo(3, 12);
  expect([...smoothed([1, 5, 2], 0)]).toEqual([1, 5, 2]);
  expect(smoothed([], 0.5)).toHaveLength(0);
});

test.each([-0.1, 1, Number.NaN])("refuses the weight %d", (weight) => {
  expect(() => smoothed([1], weight)).toThrow(ConfigError);
});
