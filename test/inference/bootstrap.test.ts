import { describe, expect, test } from "vitest";
import { ConfigError } from "../../src/errors.ts";
import { bootstrapInterval, quantile } from "../../src/inference/bootstrap.ts";
import { normal } from "../nn/draw.ts";
import { binomialUpperP } from "../statistics.ts";

const meanOf =
  (values: ArrayLike<number>) =>
  ([drawn]: readonly Uint32Array[]) =>
    drawn!.reduce((sum, i) => sum + values[i]!, 0) / drawn!.length;

describe("the bootstrap's interval", () => {
  test("of a mean is that of the central limit: its ends are 1.96 standard errors away", () => {
    const values = normal("bootstrap", 400);
    const [lower, upper] = bootstrapInterval([400], meanOf(values));
    const mean = values.reduce((a, b) => a + b) / 400;
    const deviation = Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 400);
    // A 2.5 % quantile of 1,000 has a standard error of sqrt(.025 .975 / 1000) / .0584 = .085 deviations: four of them.
    for (const [end, z] of [
      [lower, -1.96],
      [upper, 1.96],
    ] as const)
      expect(Math.abs((end - mean) / (deviation / 20) - z)).toBeLessThan(4 * 0.085);
  });

  test("covers the truth about 95 times in 100", () => {
    const covered = Array.from({ length: 100 }, (_, k) => {
      const [lower, upper] = bootstrapInterval([60], meanOf(normal(`bootstrap ${k}`, 60)), k);
      return lower <= 0 && 0 <= upper;
    }).filter(Boolean).length;
    // Of a sample of 60 the percentile interval covers 94 % (its deviation is divided by n): refused at 1e-4 each side.
    expect(binomialUpperP(covered, 100, 0.94)).toBeGreaterThan(1e-4);
    expect(1 - binomialUpperP(covered + 1, 100, 0.94)).toBeGreaterThan(1e-4);
  });

  test("is the same for the same seed, and another for another", () => {
    const values = normal("seeded", 50);
    const of = (seed: number) => bootstrapInterval([50], meanOf(values), seed);
    expect(of(1)).toEqual(of(1));
    expect(of(1)).not.toEqual(of(2));
  });

  test("of two sets draws each by itself, as large as it is: the difference of two means", () => {
    const [a, b] = [normal("one set", 400), normal("other set", 100)];
    const [lower, upper] = bootstrapInterval(
      [400, 100],
      ([one, other]) => meanOf(a)([one!]) - meanOf(b)([other!]),
    );
    const variance = (x: Float32Array): number => {
      const mean = x.reduce((s, v) => s + v, 0) / x.length;
      return x.reduce((s, v) => s + (v - mean) ** 2, 0) / x.length;
    };
    const error = Math.sqrt(variance(a) / 400 + variance(b) / 100);
    // As above: four standard errors of each end, .085 deviations.
    expect(Math.abs((upper - lower) / (2 * 1.96 * error) - 1)).toBeLessThan((4 * 0.085) / 1.96);
  });

  test("leaves out samples of which the statistic is not defined", () => {
    const [lower, upper] = bootstrapInterval([2], ([drawn]) => (drawn![0] === drawn![1] ? Number.NaN : 5));
    expect([lower, upper]).toEqual([5, 5]);
    expect(bootstrapInterval([3], () => Number.NaN)).toEqual([Number.NaN, Number.NaN]);
  });

  test.each([0, -1, 1.5, Number.NaN])("of %d images is refused", (images) => {
    expect(() => bootstrapInterval([5, images], () => 0)).toThrow(ConfigError);
  });
});

test("a quantile lies between its neighbours", () => {
  expect(quantile([1, 2, 4], 0.5)).toBe(2);
  expect(quantile([1, 2, 4], 0.75)).toBe(3);
  expect(quantile([7], 0.3)).toBe(7);
  expect(quantile([], 0.5)).toBeNaN();
});
