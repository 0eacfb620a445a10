import { describe, expect, test } from "vitest";
import { ConfigError } from "../../src/errors.ts";
import { bootstrap } from "../../src/statistics/bootstrap.ts";
import { normal } from "../nn/draw.ts";
import { variance as unbiasedVariance } from "../support/statistics.ts";

const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0);

const meanOf =
  (values: ArrayLike<number>) =>
  ([times]: readonly Uint32Array[]) =>
    times!.reduce((total, n, i) => total + n * values[i]!, 0) / sum(times!);

/** Variance of the empirical distribution (divisor n), from which the bootstrap draws. */
const variance = (values: ArrayLike<number>): number =>
  (unbiasedVariance(values) * (values.length - 1)) / values.length;

/** Four standard errors: a variance of 1,000 normal numbers has a relative standard error of sqrt(2 / 1000). */
const TOLERANCE = 4 * Math.sqrt(2 / 1000);

describe("the bootstrap", () => {
  test("of a mean scatters as the central limit says", () => {
    const values = normal("bootstrap", 400);
    const found = bootstrap([400], meanOf(values));
    expect(Math.abs((variance(found) * 400) / variance(values) - 1)).toBeLessThan(TOLERANCE);
    const error = Math.sqrt(variance(values) / 400 / found.length);
    expect(Math.abs(sum(found) / found.length - sum(values) / 400)).toBeLessThan(4 * error);
  });

  test("draws as many images as there are", () => {
    for (const drawn of bootstrap([7, 3], ([a, b]) => 100 * sum(a!) + sum(b!))) expect(drawn).toBe(703);
  });

  test("draws every image about as often", () => {
    const totals = new Float64Array(10);
    bootstrap([10], ([times]) => {
      for (const [image, n] of times!.entries()) totals[image]! += n;
      return 0;
    });
    // Pearson's chi-squared of 10,000 draws with 9 degrees of freedom exceeds 33.7 once in 10,000 times.
    expect(sum(totals.map((n) => (n - 1000) ** 2 / 1000))).toBeLessThan(33.7);
  });

  test("is the same for the same seed, and another for another", () => {
    const values = normal("seeded", 50);
    const of = (seed: number) => bootstrap([50], meanOf(values), seed);
    expect(of(1)).toEqual(of(1));
    expect(of(1)).not.toEqual(of(2));
  });

  test("of two sets draws each by itself: the difference of two means", () => {
    const [a, b] = [normal("one set", 400), normal("other set", 100)];
    const found = bootstrap([400, 100], ([one, other]) => meanOf(a)([one!]) - meanOf(b)([other!]));
    const expected = variance(a) / 400 + variance(b) / 100;
    expect(Math.abs(variance(found) / expected - 1)).toBeLessThan(TOLERANCE);
  });

  test.each([0, -1, 1.5, Number.NaN])("of %d images is refused", (images) => {
    expect(() => bootstrap([5, images], () => 0)).toThrow(ConfigError);
  });
});
