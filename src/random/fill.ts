/**
 * Arrays of independent random numbers. Each function gives the same numbers for the same key everywhere, and
 * a shorter array gets the first numbers of a longer one.
 *
 * Uniform and Bernoulli numbers come in pages: page 0 uses the key itself, page k uses `fold(key, k)`. Any
 * part of a long sequence can therefore be generated without the numbers before it.
 */
import { ConfigError } from "../errors.ts";
import { CHUNK, fastestKernel } from "./kernel.ts";
import { fold, type Key } from "./key.ts";
import { seedState } from "./xoshiro128.ts";

const kernel = fastestKernel();

/** Numbers in a page; a multiple of CHUNK. */
const PAGE = 65_536;

/** Fills `out` with numbers `first`, `first` + 1, ... of the key's sequence. */
const fill = (key: Key, out: Float32Array, first: number, map: (count: number) => void): void => {
  const end = first + out.length;
  for (let page = Math.floor(first / PAGE); page * PAGE < end; page++) {
    const from = page * PAGE;
    fillPage(page === 0 ? key : fold(key, page), out, first - from, Math.min(PAGE, end - from), map);
  }
};

/** Writes a page's numbers up to number `end` into `out`, whose first element is number `first` of the page. */
const fillPage = (
  key: Key,
  out: Float32Array,
  first: number,
  end: number,
  map: (count: number) => void,
): void => {
  seedState(key, kernel.state);
  for (let start = 0; start < end; start += CHUNK) {
    const count = Math.min(CHUNK, end - start);
    kernel.generate(count);
    const skipped = Math.max(0, first - start);
    if (skipped >= count) continue;
    map(count);
    const isWhole = skipped === 0 && count === CHUNK;
    out.set(isWhole ? kernel.floats : kernel.floats.subarray(skipped, count), start + skipped - first);
  }
};

/**
 * Fills `out` with uniform numbers on the open interval (-1, 1), starting at number `first` of the sequence.
 * They are the odd multiples of 2^-24, equally likely and exact in float32. As noise of the unit law of
 * equation (2), a unit fires iff erf(v) > u, with P(u < erf(v)) = (1 + erf(v)) / 2.
 */
export const fillUniform = (key: Key, out: Float32Array, first = 0): void =>
  fill(key, out, first, kernel.uniform);

/**
 * Fills `out` with 1 (with probability p, rounded to a multiple of 2^-32) and 0. Throws ConfigError unless 0
 * < p < 1.
 */
export const fillBernoulli = (key: Key, p: number, out: Float32Array): void => {
  if (!(p > 0 && p < 1))
    throw new ConfigError("Bernoulli random numbers", {
      given: `p = ${p}`,
      expected: "a probability with 0 < p < 1",
      remedy: "Choose another p.",
    });
  const threshold = Math.min(2 ** 32 - 1, Math.round(p * 2 ** 32));
  fill(key, out, 0, (count) => kernel.bernoulli(count, threshold));
};

/**
 * Fills `out` with standard normal numbers by the polar method (Marsaglia & Bray, SIAM Review 6, 1964): for
 * (u, v) uniform in the unit disc and s = u^2 + v^2, u sqrt(-2 log(s) / s) and v sqrt(-2 log(s) / s) are
 * independent standard normals. Computed in float64 from u and v of 32 bits each, then rounded to float32.
 */
export const fillNormal = (key: Key, out: Float32Array): void => {
  const { bits } = kernel;
  seedState(key, kernel.state);
  let next = CHUNK;
  for (let i = 0; i < out.length; ) {
    if (next === CHUNK) {
      kernel.generate(CHUNK);
      next = 0;
    }
    const u = (bits[next++]! + 0.5) * 2 ** -31;
    const v = (bits[next++]! + 0.5) * 2 ** -31;
    const s = u * u + v * v;
    if (s >= 1) continue;
    const scale = Math.sqrt((-2 * Math.log(s)) / s);
    out[i++] = u * scale;
    if (i < out.length) out[i++] = v * scale;
  }
};
