/**
 * Statistical tests at fixed keys. Each named test accepts p > 1e-4; tests with many p-values combine them by
 * Bonferroni (worstP) or by a Kolmogorov-Smirnov test of uniformity.
 */
import { describe, expect, test } from "vitest";
import { fillBernoulli, fillNormal, fillUniform } from "../../src/random/fill.ts";
import { fold, type Key, key } from "../../src/random/key.ts";
import { permutation, randomBelow } from "../../src/random/permutation.ts";
import { reader } from "../../src/random/reader.ts";
import {
  binomialP,
  chiSquareP,
  chiSquareTail,
  correlation,
  correlationP,
  ksP,
  mean,
  normalCdf,
  normalP,
  variance,
  worstP,
} from "../support/statistics.ts";

const LEAST_P = 1e-4;

const uniform = (it: Key, n: number): Float32Array => {
  const out = new Float32Array(n);
  fillUniform(it, out);
  return out;
};

const normal = (it: Key, n: number): Float32Array => {
  const out = new Float32Array(n);
  fillNormal(it, out);
  return out;
};

const identity = (x: number): number => x;

/** Chi-square test of numbers on (-1, 1) over `bins` equal bins. */
const uniformityP = (numbers: ArrayLike<number>, bins: number): number => {
  const counts = new Uint32Array(bins);
  for (let i = 0; i < numbers.length; i++) counts[Math.floor((numbers[i]! + 1) * (bins / 2))]!++;
  return chiSquareP(counts, new Float64Array(bins).fill(numbers.length / bins));
};

const serialP = (numbers: Float32Array, lag: number): number =>
  correlationP(
    correlation(numbers.subarray(0, numbers.length - lag), numbers.subarray(lag)),
    numbers.length - lag,
  );

describe("uniform numbers", () => {
  const numbers = uniform(key(1, "uniform"), 1_000_000);

  test("fill 256 bins evenly (chi-square)", () => {
    expect(uniformityP(numbers, 256)).toBeGreaterThan(LEAST_P);
  });

  test("fill 256 bins neither too unevenly nor too evenly, over 100 keys (KS of chi-square p-values)", () => {
    const ps = Array.from({ length: 100 }, (_, i) => uniformityP(uniform(key(2, "uniform", i), 20_000), 256));
    expect(ksP(ps, identity)).toBeGreaterThan(LEAST_P);
  });

  test("have the uniform distribution (KS)", () => {
    expect(ksP(numbers, (u) => (u + 1) / 2)).toBeGreaterThan(LEAST_P);
  });

  test("are not serially correlated at lags 1 to 32 (Bonferroni)", () => {
    const ps = Array.from({ length: 32 }, (_, i) => serialP(numbers, i + 1));
    expect(worstP(ps)).toBeGreaterThan(LEAST_P);
  });

  test("fill the squares of successive pairs evenly (chi-square, 32 x 32)", () => {
    const cells = Float64Array.from({ length: numbers.length / 2 }, (_, i) => {
      const cell = (u: number): number => Math.floor((u + 1) * 16);
      return (32 * cell(numbers[2 * i]!) + cell(numbers[2 * i + 1]!) + 0.5) / 512 - 1;
    });
    expect(uniformityP(cells, 1024)).toBeGreaterThan(LEAST_P);
  });

  test("have 24 balanced bits (binomial, Bonferroni)", () => {
    const ones = new Uint32Array(24);
    for (const u of numbers) {
      const bits = (u * 2 ** 24 - 1) / 2;
      if (!Number.isInteger(bits)) throw new Error(`${u} is not an odd multiple of 2^-24`);
      for (let b = 0; b < 24; b++) ones[b]! += (bits >> b) & 1;
    }
    const ps = Array.from(ones, (count) => binomialP(count, numbers.length, 0.5));
    expect(worstP(ps)).toBeGreaterThan(LEAST_P);
  });
});

describe("keys that differ by one part", () => {
  const seeds = Array.from({ length: 4000 }, (_, i) => key(i, "noise", 5));
  const streams = Array.from({ length: 4000 }, (_, i) => key(5, `noise ${i}`, 5));
  const steps = Array.from({ length: 4000 }, (_, i) => key(5, "noise", i));
  const samples = Array.from({ length: 4000 }, (_, i) => key(5, "noise", 3, i));

  describe.each([
    { part: "seed", keys: seeds },
    { part: "stream", keys: streams },
    { part: "step", keys: steps },
    { part: "sample", keys: samples },
  ])("$part", ({ keys }) => {
    const numbers = keys.map((it) => uniform(it, 32));

    test("never give the same numbers", () => {
      expect(new Set(numbers.map(String)).size).toBe(keys.length);
    });

    test("give uncorrelated numbers next to each other (32 places, Bonferroni)", () => {
      const ps = Array.from({ length: 32 }, (_, place) =>
        serialP(
          Float32Array.from(numbers, (row) => row[place]!),
          1,
        ),
      );
      expect(worstP(ps)).toBeGreaterThan(LEAST_P);
    });

    test("give uniform first numbers (chi-square, 256 bins)", () => {
      expect(
        uniformityP(
          numbers.map((row) => row[0]!),
          256,
        ),
      ).toBeGreaterThan(LEAST_P);
    });
  });
});

describe("Bernoulli numbers", () => {
  const draw = (p: number, n: number): Float32Array => {
    const out = new Float32Array(n);
    fillBernoulli(key(3, "Bernoulli", Math.round(1000 * p)), p, out);
    return out;
  };

  test.each([0.001, 0.25, 0.5, 0.9])("are 1 at the rate p = %f (exact binomial)", (p) => {
    const numbers = draw(p, 1_000_000);
    const ones = numbers.reduce((total, x) => total + x, 0);
    expect(numbers.every((x) => x === 0 || x === 1)).toBe(true);
    expect(binomialP(ones, numbers.length, p)).toBeGreaterThan(LEAST_P);
  });

  test("are independent: all 256 patterns of eight are equally frequent at p = 1/2 (chi-square)", () => {
    const numbers = draw(0.5, 800_000);
    const counts = new Uint32Array(256);
    for (let i = 0; i < numbers.length; i += 8)
      counts[numbers.subarray(i, i + 8).reduce((pattern, bit) => 2 * pattern + bit, 0)]!++;
    expect(chiSquareP(counts, new Float64Array(256).fill(numbers.length / 8 / 256))).toBeGreaterThan(LEAST_P);
  });
});

describe("normal numbers", () => {
  const numbers = normal(key(4, "normal"), 1_000_000);

  test("have the standard normal distribution (KS of 200,000)", () => {
    expect(ksP(numbers.subarray(0, 200_000), normalCdf)).toBeGreaterThan(LEAST_P);
  });

  test("have mean 0 and variance 1 (normal limits)", () => {
    const n = numbers.length;
    expect(normalP(mean(numbers) * Math.sqrt(n))).toBeGreaterThan(LEAST_P);
    expect(normalP((variance(numbers) - 1) * Math.sqrt(n / 2))).toBeGreaterThan(LEAST_P);
  });

  test("have the right tails (binomial at 3, 4 and 4.5 on both sides, Bonferroni)", () => {
    const ps = [3, 4, 4.5].flatMap((z) => {
      const upper = numbers.filter((x) => x > z).length;
      const lower = numbers.filter((x) => x < -z).length;
      return [upper, lower].map((count) => binomialP(count, numbers.length, normalCdf(-z)));
    });
    expect(worstP(ps)).toBeGreaterThan(LEAST_P);
  });

  test("are not serially correlated, nor their squares, at lags 1 to 8 (Bonferroni)", () => {
    const squares = numbers.map((x) => x * x);
    const ps = Array.from({ length: 8 }, (_, i) => [serialP(numbers, i + 1), serialP(squares, i + 1)]);
    expect(worstP(ps.flat())).toBeGreaterThan(LEAST_P);
  });
});

describe("permutations", () => {
  test("of four come in all 24 orders equally often (chi-square, 48,000 keys)", () => {
    const counts = new Map<string, number>();
    const base = key(5, "permutation");
    for (let i = 0; i < 48_000; i++) {
      const order = permutation(fold(base, i), 4).join("");
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    expect(chiSquareP([...counts.values()], new Float64Array(24).fill(2000))).toBeGreaterThan(LEAST_P);
  });

  test("put every element in every place equally often (chi-square, 20 x 20)", () => {
    const n = 20;
    const keys = 10_000;
    const counts = new Uint32Array(n * n);
    for (let i = 0; i < keys; i++)
      permutation(key(6, "places", i), n).forEach((element, place) => {
        counts[n * place + element]!++;
      });
    // Cell counts have covariance keys / (n - 1) (I - J/n) x (I - J/n) of rank (n - 1)^2, where J is all
    // ones.
    const squares = counts.reduce((total, count) => total + (count - keys / n) ** 2, 0);
    expect(chiSquareTail((squares * (n - 1)) / keys, (n - 1) ** 2)).toBeGreaterThan(LEAST_P);
  });

  test("hold each of 0..n - 1 once", () => {
    for (const n of [0, 1, 2, 1000])
      expect([...permutation(key(7, "whole"), n)].sort((a, b) => a - b)).toEqual(
        Array.from({ length: n }, (_, i) => i),
      );
  });

  test.each([-1, 1.5, Number.NaN, 2 ** 32])("of length %d are refused", (n) => {
    expect(() => permutation(key(1, "length"), n)).toThrow("random permutation");
  });

  test("bounded integers are unbiased where rejection matters: modulo 3 below 3 x 2^30 (chi-square)", () => {
    const next = reader(key(8, "below"));
    const counts = new Uint32Array(3);
    for (let i = 0; i < 100_000; i++) counts[randomBelow(3 * 2 ** 30, next) % 3]!++;
    expect(chiSquareP(counts, new Float64Array(3).fill(100_000 / 3))).toBeGreaterThan(LEAST_P);
  });
});
