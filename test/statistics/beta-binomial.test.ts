import { expect, test } from "vitest";
import { betaBinomialTail } from "../../src/statistics/beta-binomial.ts";
import { binomialTail } from "../../src/statistics/clopper-pearson.ts";

test("is that of exact integers: P(X = j) is C(a + j - 1, j) C(b + m - j - 1, m - j) over C(a + b + m - 1, m)", () => {
  const choose = (n: number, k: number): number => {
    let product = 1;
    for (let j = 1; j <= k; j++) product = (product * (n - k + j)) / j;
    return Math.round(product);
  };
  for (const [m, a, b] of [
    [1, 1, 1],
    [5, 1, 1],
    [12, 9, 2],
    [20, 3, 7],
  ] as const) {
    let sum = 0;
    for (let k = 0; k <= m; k++) {
      sum += choose(a + k - 1, k) * choose(b + m - k - 1, m - k);
      const expected = sum / choose(a + b + m - 1, m);
      expect(Math.abs(betaBinomialTail(k, m, a, b) / expected - 1), `k ${k} of ${m}`).toBeLessThan(1e-12);
    }
  }
});

test("approaches the binomial distribution as the probability becomes certain", () => {
  for (const k of [85, 90, 95])
    expect(betaBinomialTail(k, 100, 9e9, 1e9)).toBeCloseTo(binomialTail(k, 100, 0.9), 6);
});

test("at the ends, and where a term is beyond all numbers", () => {
  expect([betaBinomialTail(-1, 10, 2, 3), betaBinomialTail(10, 10, 2, 3)]).toEqual([0, 1]);
  expect(betaBinomialTail(0, 10_000, 9000, 1000)).toBe(0);
  expect(betaBinomialTail(9999, 10_000, 10, 9000)).toBe(1);
});
