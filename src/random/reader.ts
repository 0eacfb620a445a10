import type { Key } from "./key.ts";
import { generate, STATE_LENGTH, seedState } from "./xoshiro128.ts";

const CHUNK = 256;

/** Reads the numbers of a key one by one, as signed 32-bit integers: for rejection sampling. */
export const reader = (key: Key): (() => number) => {
  const state = new Uint32Array(STATE_LENGTH);
  seedState(key, state);
  const numbers = new Int32Array(CHUNK);
  let next = CHUNK;
  return () => {
    if (next === CHUNK) {
      generate(state, numbers, CHUNK);
      next = 0;
    }
    return numbers[next++]!;
  };
};
