/** Normal numbers in float32. The seed is fixed. */
import { describe, expect, test } from "vitest";
import { CHUNK, fastestKernel } from "../../src/random/kernel.ts";
import { key } from "../../src/random/key.ts";
import { normalPair, uniformOfNormal } from "../../src/random/normal.ts";
import { seedState } from "../../src/random/xoshiro128.ts";
import { chiSquareP, correlation, correlationP, ksP, normalCdf, worstP } from "../support/statistics.ts";

/** Smallest p-value that each test accepts, of all its comparisons together. */
const LEAST_P = 1e-4;

/** Numbers of the kernel, and the first and second of each pair. */
const drawn = (): { all: Float32Array; pairs: readonly [Float32Array, Float32Array] } => {
  const kernel = fastestKernel();
  seedState(key(1, "normal numbers"), kernel.state);
  const all = new Float32Array(400 * CHUNK);
  for (let start = 0; start < all.length; start += CHUNK) {
    kernel.generate(CHUNK);
    kernel.normal(CHUNK);
    all.set(kernel.floats, start);
  }
  const half = (second: boolean): Float32Array => all.filter((_, k) => (k & 4) > 0 === second);
  return { all, pairs: [half(false), half(true)] };
};

describe("normal numbers", () => {
  test(`are normal and independent within their pair, in sign and size, p > ${LEAST_P}`, () => {
    const { all, pairs } = drawn();
    const [x, y] = pairs;
    const related = (f: (v: number) => number): number =>
      correlationP(correlation(Float64Array.from(x, f), Float64Array.from(y, f)), x.length);
    expect(
      worstP([
        ksP(all, normalCdf),
        ksP(x, normalCdf),
        ksP(y, normalCdf),
        related((v) => v),
        related((v) => v ** 2),
      ]),
    ).toBeGreaterThan(LEAST_P);
  });

  test(`have the tails of the normal distribution, p > ${LEAST_P}`, () => {
    const { all } = drawn();
    const ends = [2, 2.5, 3, 3.5, 4];
    const shares = ends.map((end, k) => 2 * (normalCdf(-end) - normalCdf(-(ends[k + 1] ?? 40))));
    const observed = ends.map(
      (end, k) => all.filter((x) => Math.abs(x) >= end && Math.abs(x) < (ends[k + 1] ?? 40)).length,
    );
    const rest = (counts: readonly number[], total: number): number[] => [
      ...counts,
      total - counts.reduce((sum, count) => sum + count, 0),
    ];
    const expected = shares.map((share) => share * all.length);
    expect(chiSquareP(rest(observed, all.length), rest(expected, all.length))).toBeGreaterThan(LEAST_P);
  });

  test("are those of Box and Muller, to 1e-6 of their radius", () => {
    for (const a of [0, 1 << 8, 77 << 20, -1, -(2 ** 31), 2 ** 31 - 1, 0x3504f3 << 8])
      for (const b of [0, 1, 2 ** 29 - 1, 2 ** 29, 2 ** 30 - 1, -1, -(2 ** 31), 123_456_789]) {
        const radius = Math.sqrt(-2 * Math.log(((a >>> 8) | 1) * 2 ** -24));
        const angle = Math.PI / 4 + (b << 2) * Math.PI * 2 ** -33;
        const [x, y] = normalPair(a, b);
        expect(Math.abs(Math.abs(x) - radius * Math.cos(angle))).toBeLessThan(1e-6 * radius);
        expect(Math.abs(Math.abs(y) - radius * Math.sin(angle))).toBeLessThan(1e-6 * radius);
        expect([x < 0, y < 0]).toEqual([b < 0, b << 1 < 0]);
      }
  });
});

test("2 Phi(x) - 1 is right to 2e-6, odd, and never at an end", () => {
  for (let x = -12; x <= 12; x += 1 / 64) {
    const u = uniformOfNormal(x);
    expect(Math.abs(u - (2 * normalCdf(x) - 1))).toBeLessThan(2e-6);
    expect(u).toBe(-uniformOfNormal(-x));
    expect(Math.abs(u)).toBeLessThan(1);
  }
});
