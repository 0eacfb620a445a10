/**
 * Silence: the probability P(z = -1) = (1 - erf(v)) / 2 = P(n < -sqrt(2) v), n ~ N(0, 1), of equation (2) as a table over i = 40 v, for i from -128 to 127,
 * that is v from -3.2 to 3.175. Its values are whole numbers from 0 to 2^15 - 1, in units of 2^-15: beyond the table they
 * would not change.
 */
import { normalCdf } from "../statistics/normal.ts";

/** Steps of i for a step of 1 of v. */
export const STEPS = 40;

/** Smallest and largest i. */
export const [LEAST_INDEX, MOST_INDEX] = [-128, 127];

/** Bits of a silence and of a random number. */
export const SILENCE_BITS = 15;

const MOST_SILENCE = 2 ** SILENCE_BITS - 1;

/** Silence of i = -128 .. 127. */
export const SILENCE: Int32Array = Int32Array.from({ length: MOST_INDEX - LEAST_INDEX + 1 }, (_, k) =>
  Math.min(
    MOST_SILENCE,
    Math.round(2 ** SILENCE_BITS * normalCdf((-Math.SQRT2 * (k + LEAST_INDEX)) / STEPS)),
  ),
);

/** Silence of a window of two parts that are independent: floor(a (b + 1) / 2^15), which is a if b is certain. */
export const bothSilent = (a: number, b: number): number => (a * (b + 1)) >> SILENCE_BITS;

/** A random number of 15 bits, from one that is uniform on (-1, 1): r < Q just where u > 1 - Q / 2^14. */
export const randomBits = (uniform: number): number => Math.floor((1 - uniform) * 2 ** (SILENCE_BITS - 1));
