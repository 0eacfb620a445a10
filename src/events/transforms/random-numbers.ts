/** Random numbers for transforms: piece by piece for each event, or a single decision for a whole recording. */

import { fillUniform } from "../../random/fill.ts";
import { fold, type Key } from "../../random/key.ts";

const BLOCK = 4096;

/**
 * An endless sequence read piece by piece: the numbers do not depend on the length of the pieces. `fill` writes the
 * numbers of one block, whose key is `key` with the block's number.
 */
export const sequence = (
  key: Key,
  fill: (key: Key, out: Float32Array) => void,
): ((count: number) => Float32Array) => {
  const block = new Float32Array(BLOCK);
  let blocks = 0;
  let used = BLOCK;
  return (count) => {
    const numbers = new Float32Array(count);
    for (let at = 0; at < count; ) {
      if (used === BLOCK) {
        fill(fold(key, blocks++), block);
        used = 0;
      }
      const taken = Math.min(BLOCK - used, count - at);
      numbers.set(block.subarray(used, used + taken), at);
      at += taken;
      used += taken;
    }
    return numbers;
  };
};

/** A uniform number on (0, 1). */
export const uniform = (key: Key): number => {
  const numbers = new Float32Array(1);
  fillUniform(key, numbers);
  return (numbers[0]! + 1) / 2;
};

/** True with probability p, from 0 to 1. */
export const coin = (key: Key, p: number): boolean => uniform(key) < p;
