/**
 * Arrays of independent random numbers. Each function gives the same numbers for the same key everywhere, and the
 * numbers of a shorter array are the first ones of a longer.
 */
import { ConfigError } from "../errors.ts";
import { CHUNK, fastestKernel } from "./kernel.ts";
import type { Key } from "./key.ts";
import { seedState } from "./xoshiro128.ts";

const kernel = fastestKernel();

const fill = (key: Key, out: Float32Array, map: (count: number) => void): void => {
  seedState(key, kernel.state);
  for (let start = 0; start < out.length; start += CHUNK) {
    const count = Math.min(CHUNK, out.length - start);
    kernel.generate(count);
    map(count);
    out.set(count === CHUNK ? kernel.floats : kernel.floats.subarray(0, count), start);
  }
};

/**
 * Fills `out` with uniform numbers on the open interval (-1, 1): the odd multiples of 2^-24, each equally likely, each
 * exact in float32. They are the noise of the unit law of equation (2): a unit fires iff erf(v) > u, and
 * P(u < erf(v)) = (1 + erf(v)) / 2.
 */
export const fillUniform = (key: Key, out: Float32Array): void => fill(key, out, kernel.uniform);

/**
 * Fills `out` with 1 (probability p, rounded to a multiple of 2^-32) and 0.
 * Throws ConfigError unless 0 < p < 1.
 */
export const fillBernoulli = (key: Key, p: number, out: Float32Array): void => {
  if (!(p > 0 && p < 1))
    throw new ConfigError("Bernoulli random numbers", {
      given: `p = ${p}`,
      expected: "a probability with 0 < p < 1",
      remedy: "Choose another p.",
    });
  const threshold = Math.min(2 ** 32 - 1, Math.round(p * 2 ** 32));
  fill(key, out, (count) => kernel.bernoulli(count, threshold));
};

/**
 * Fills `out` with standard normal numbers by the polar method (Marsaglia & Bray, SIAM Review 6, 1964): for (u, v)
 * uniform in the unit disc and s = u^2 + v^2, u sqrt(-2 log(s) / s) and v sqrt(-2 log(s) / s) are independent and
 * normal. Computed in float64, u and v having 32 bits each, then rounded to float32.
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
