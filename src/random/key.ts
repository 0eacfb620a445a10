/**
 * Keys: the only source of randomness. A key identifies one sequence of random numbers by a seed, a stream
 * name and any number of counters (step, batch, sample, ...). There is no global state and nothing is
 * consumed, so that any part of any sequence can be generated again, in any order, on any thread.
 */
import { ConfigError } from "../errors.ts";
import { type Block, threefry } from "./threefry.ts";

/**
 * 128 bits that determine a sequence. Keys form a tree: each part of the name is absorbed by one application
 * of Threefry keyed by the parts before it, k' = Threefry(k, part), which makes the key a pseudo-random
 * function of the whole name (Goldreich, Goldwasser & Micali 1986; Claessen & Palka, "Splittable pseudorandom
 * number generators using cryptographic hashing", 2013). Two names collide with probability 2^-128.
 */
export type Key = Block;

/** Domain separation: the last word of each block says which kind of part it encodes. */
const SEED = 1;
const NAME = 2;
const COUNTER = 3;
const LANE = 4;

const NAME_BYTES = 12;
const utf8 = new TextEncoder();

const wholeNumberBlock = (what: string, value: number, sort: number): Block => {
  if (!Number.isSafeInteger(value) || value < 0)
    throw new ConfigError(`random key, ${what}`, {
      given: String(value),
      expected: "an integer from 0 to 2^53 - 1",
      remedy: `Choose another ${what}.`,
    });
  return [value >>> 0, Math.floor(value / 2 ** 32), 0, sort];
};

const absorbName = (key: Key, name: string): Key => {
  const bytes = utf8.encode(name);
  let result = key;
  for (let start = 0; start < bytes.length; start += NAME_BYTES) {
    const chunk = bytes.subarray(start, start + NAME_BYTES);
    const words = [0, 0, 0];
    chunk.forEach((byte, i) => {
      words[i >> 2] = (words[i >> 2]! | (byte << (8 * (i & 3)))) >>> 0;
    });
    result = threefry(result, [words[0]!, words[1]!, words[2]!, NAME | (chunk.length << 8)]);
  }
  return result;
};

/**
 * The child key of `parent` for `counters`: `fold(key(seed, "noise"), step)` equals `key(seed, "noise",
 * step)`. counters: integers 0..2^53 - 1. Throws ConfigError for anything else.
 */
export const fold = (parent: Key, ...counters: readonly number[]): Key =>
  counters.reduce<Key>(
    (key, counter) => threefry(key, wholeNumberBlock("counter", counter, COUNTER)),
    parent,
  );

/**
 * The key of a named stream. seed, counters: integers 0..2^53 - 1; stream: any text. Throws ConfigError for
 * anything else.
 */
export const key = (seed: number, stream: string, ...counters: readonly number[]): Key =>
  fold(absorbName(threefry([0, 0, 0, 0], wholeNumberBlock("seed", seed, SEED)), stream), ...counters);

/** Initial state (128 bits) of generator `lane` of a key. Never all zero, a state that xoshiro cannot leave. */
export const laneState = (key: Key, lane: number): Block => notAllZero(threefry(key, [lane, 0, 0, LANE]));

/** The block, with a 1 in place of all zeros. */
export const notAllZero = (block: Block): Block =>
  (block[0] | block[1] | block[2] | block[3]) === 0 ? [1, 0, 0, 0] : block;
