/**
 * xoshiro128+ (Blackman & Vigna, "Scrambled linear pseudorandom number generators", ACM TOMS 47, 2021), four
 * interleaved generators. This is the reference for every sequence of this package: number i of a key is
 * number floor(i / 4) of the generator started from lane i mod 4 of the key. kernel.ts computes the same
 * numbers four at a time.
 *
 * The lowest bits of xoshiro128+ are weak (linear): use the upper bits.
 */
import { type Key, laneState } from "./key.ts";

/** Number of interleaved generators. */
export const LANES = 4;

/** State of all lanes. Word w of lane l is at index 4 w + l, so that a word of all lanes is one SIMD register. */
export type State = Uint32Array;

/** Number of 32-bit words of the state. */
export const STATE_LENGTH = 4 * LANES;

/** Writes the initial state of `key` into `state`. */
export const seedState = (key: Key, state: State): void => {
  for (let lane = 0; lane < LANES; lane++) {
    const words = laneState(key, lane);
    for (let w = 0; w < 4; w++) state[w * LANES + lane] = words[w]!;
  }
};

/**
 * Writes the next `count` numbers as signed 32-bit integers and advances the state. `count` is a multiple of
 * 4, except in the last call of a sequence.
 */
export const generate = (state: State, out: Int32Array, count: number): void => {
  for (let lane = 0; lane < LANES; lane++) {
    let s0 = state[lane]! | 0;
    let s1 = state[LANES + lane]! | 0;
    let s2 = state[2 * LANES + lane]! | 0;
    let s3 = state[3 * LANES + lane]! | 0;
    for (let i = lane; i < count; i += LANES) {
      out[i] = s0 + s3;
      const t = s1 << 9;
      s2 ^= s0;
      s3 ^= s1;
      s1 ^= s2;
      s0 ^= s3;
      s2 ^= t;
      s3 = (s3 << 11) | (s3 >>> 21);
    }
    state[lane] = s0;
    state[LANES + lane] = s1;
    state[2 * LANES + lane] = s2;
    state[3 * LANES + lane] = s3;
  }
};
