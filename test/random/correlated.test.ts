/** Noise that is correlated from pass to pass. Seeds are fixed. */
import { describe, expect, test } from "vitest";
import { fillCorrelated } from "../../src/random/correlated.ts";
import { key } from "../../src/random/key.ts";
import { normalQuantile } from "../../src/statistics/normal.ts";
import { correlation, ksP, normalCdf, worstP } from "../support/statistics.ts";

/** Smallest p-value that each test accepts, of all its comparisons together. */
const LEAST_P = 1e-4;
const NUMBERS = 20_000;
const PROCESSES = [
  [0.7, 0.6],
  [0.3, 0.2],
] as const;

/** Correlation over k passes. */
const expectedAt = (k: number): number => PROCESSES.reduce((sum, [share, r]) => sum + share * r ** k, 0);

const passes = (count: number, stream = "a"): Float32Array[] => {
  const [fill, of] = [fillCorrelated(PROCESSES), key(1, stream)];
  return Array.from({ length: count }, (_, pass) => {
    const out = new Float32Array(NUMBERS);
    fill(of, pass, out);
    return out;
  });
};

describe("correlated noise", () => {
  test(`is uniform in every pass, so that x is normal, p > ${LEAST_P}`, () => {
    const all = passes(4);
    expect(all.flatMap((u) => [...u]).every((u) => Math.abs(u) < 1)).toBe(true);
    expect(worstP(all.map((u) => ksP(u, (x) => (x + 1) / 2)))).toBeGreaterThan(LEAST_P);
    const x = all[3]!.map((u) => normalQuantile((u + 1) / 2));
    expect(ksP(x, normalCdf)).toBeGreaterThan(LEAST_P);
  });

  test("has the correlation of the sum over k passes, within 4 standard errors", () => {
    const x = passes(5).map((each) => each.map((u) => normalQuantile((u + 1) / 2)));
    for (const lag of [1, 2, 3]) {
      const found = correlation(x[1]!, x[1 + lag]!);
      const error = (1 - expectedAt(lag) ** 2) / Math.sqrt(NUMBERS);
      expect(Math.abs(found - expectedAt(lag))).toBeLessThan(4 * error);
    }
    expect(Math.abs(correlation(x[0]!.subarray(1), x[1]!.subarray(0, -1)))).toBeLessThan(
      4 / Math.sqrt(NUMBERS),
    );
    expect(Math.abs(correlation(x[1]!, passes(2, "b")[1]!))).toBeLessThan(4 / Math.sqrt(NUMBERS));
  });

  test("is the same whatever passes were asked for before", () => {
    const expected = passes(6);
    const [fill, of] = [fillCorrelated(PROCESSES), key(1, "a")];
    for (const pass of [5, 2, 3, 0, 4, 4]) {
      const out = new Float32Array(NUMBERS);
      fill(of, pass, out);
      expect(out).toEqual(expected[pass]);
    }
  });
});
