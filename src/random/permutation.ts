import { ConfigError } from "../errors.ts";
import type { Key } from "./key.ts";
import { reader } from "./reader.ts";

/**
 * An unbiased integer from 0 to bound - 1: the upper half of x bound for a 32-bit number x, rejecting the
 * 2^32 mod bound values of x that would cause a bias (Lemire, "Fast random integer generation in an
 * interval", ACM TOMACS 29, 2019). The upper half depends on the upper bits of x, which are the good ones.
 */
export const randomBelow = (bound: number, next: () => number): number => {
  for (;;) {
    const x = next() >>> 0;
    const low = Math.imul(x, bound) >>> 0;
    // 2^32 mod bound is less than bound, so that the division is rarely needed.
    if (low >= bound || low >= 2 ** 32 % bound) return Math.round((x * bound - low) / 2 ** 32);
  }
};

/**
 * A uniformly random permutation of 0..n - 1 by the Fisher-Yates shuffle (Durstenfeld, CACM 7, 1964). n: an
 * integer 0..2^32 - 1. Throws ConfigError otherwise.
 */
export const permutation = (key: Key, n: number): Uint32Array => {
  if (!Number.isInteger(n) || n < 0 || n >= 2 ** 32)
    throw new ConfigError("random permutation", {
      given: `length ${n}`,
      expected: "an integer from 0 to 2^32 - 1",
      remedy: "Choose another length.",
    });
  const next = reader(key);
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = randomBelow(i + 1, next);
    const taken = order[i]!;
    order[i] = order[j]!;
    order[j] = taken;
  }
  return order;
};
