import { describe, expect, test } from "vitest";
import { ConfigError } from "../../src/errors.ts";
import { binomialTail, lowerRateLimit, upperRateLimit } from "../../src/statistics/clopper-pearson.ts";

const relativeError = (actual: number, expected: number): number => Math.abs(actual / expected - 1);

describe("binomial distribution function", () => {
  /** All P(X <= k) of p = a / b by exact integers: sums of C(n, j) a^j (b - a)^(n - j) over b^n. */
  const exactTails = (n: number, a: number, b: number): number[] => {
    const [hit, miss] = [BigInt(a), BigInt(b - a)];
    let [choices, sum] = [1n, 0n];
    return Array.from({ length: n + 1 }, (_, j) => {
      sum += choices * hit ** BigInt(j) * miss ** BigInt(n - j);
      choices = (choices * BigInt(n - j)) / BigInt(j + 1);
      return Number((sum << 600n) / BigInt(b) ** BigInt(n)) / 2 ** 600;
    });
  };

  test.each([
    [1, 2],
    [1, 10],
    [1, 1000],
    [19, 20],
  ])("is that of exact integers for p = %d / %d", (a, b) => {
    for (const n of [1, 2, 5, 20, 100])
      for (const [k, expected] of exactTails(n, a, b).entries())
        expect(relativeError(binomialTail(k, n, a / b), expected), `k ${k}, n ${n}`).toBeLessThan(1e-12);
  });

  // mpmath 1.3 with 40 digits.
  test.each([
    [50, 1000, 0.06, 0.10056759171168583],
    [400, 1000, 0.5, 1.3642320780330092e-10],
    [9800, 10_000, 0.98, 0.509688732767692],
    [100, 1e6, 1.2e-4, 0.034659869642757135],
    [499_000, 1e6, 0.5, 0.02280414993269104],
    [500_000, 1e6, 0.5, 0.5003989421806658],
    [990_300, 1e6, 0.99, 0.9987919379495697],
    [10, 1e6, 1e-4, 1.133083781296571e-30],
    [999_999, 1e6, 0.99999, 0.9999546023401903],
  ])("P(X <= %d) of n = %d, p = %d", (k, n, p, expected) => {
    expect(relativeError(binomialTail(k, n, p), expected)).toBeLessThan(1e-12);
  });

  test("at the ends", () => {
    expect(binomialTail(-1, 10, 0.3)).toBe(0);
    expect(binomialTail(10, 10, 0.3)).toBe(1);
    expect([binomialTail(0, 10, 0), binomialTail(9, 10, 1), binomialTail(10, 10, 1)]).toEqual([1, 0, 1]);
    expect(binomialTail(0, 0, 0.5)).toBe(1);
    expect(binomialTail(1, 1e6, 0.5)).toBe(0);
  });
});

describe("Clopper-Pearson limits", () => {
  // mpmath 1.3 with 40 digits; the significance is 1 - confidence.
  test.each([
    [3, 10, 0.95, 0.0872644339141503, 0.6066242161054134],
    [5, 1000, 0.9975, 0.0009151115776554888, 0.015082406920013187],
    [100, 10_000, 0.9975, 0.007430529348526186, 0.013130023335124532],
    [7, 1e6, 0.95, 3.2853201512045166e-6, 1.3148073384401917e-5],
    [300_000, 1e6, 0.95, 0.2992461617632064, 0.3007546937651701],
  ])("of %d in %d at %d", (count, trials, confidence, lower, upper) => {
    expect(relativeError(lowerRateLimit(count, trials, confidence), lower)).toBeLessThan(1e-12);
    expect(relativeError(upperRateLimit(count, trials, confidence), upper)).toBeLessThan(1e-12);
  });

  test("of none and of all have closed forms", () => {
    expect(upperRateLimit(0, 40, 0.95)).toBeCloseTo(1 - 0.05 ** (1 / 40), 14);
    expect(lowerRateLimit(40, 40, 0.95)).toBeCloseTo(0.05 ** (1 / 40), 14);
    expect([lowerRateLimit(0, 40, 0.95), upperRateLimit(40, 40, 0.95)]).toEqual([0, 1]);
    expect([lowerRateLimit(0, 0, 0.95), upperRateLimit(0, 0, 0.95)]).toEqual([0, 1]);
  });

  test("never fall short of the confidence by rounding", () => {
    for (const [count, trials] of [
      [0, 7],
      [3, 50],
      [49, 50],
    ] as const)
      expect(binomialTail(count, trials, upperRateLimit(count, trials, 0.95))).toBeLessThanOrEqual(1 - 0.95);
  });

  test.each([0, 1, -1, Number.NaN])("at confidence %d are refused", (confidence) => {
    expect(() => upperRateLimit(1, 2, confidence)).toThrow(ConfigError);
    expect(() => lowerRateLimit(1, 2, confidence)).toThrow(ConfigError);
  });
});
