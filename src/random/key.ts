/**
 * Keys: the only source of randomness. A key names one sequence of random numbers by a seed, the name of a stream and
 * any number of counters (step, batch, sample, ...); nothing is global and nothing is consumed, so any part of any
 * sequence can be made again, in any order, on any thread.
 */
import { ConfigError } from "../errors.ts";
import { type Block, threefry } from "./threefry.ts";

/**
 * 128 bits that determine a sequence. Keys form a tree: each part of the name is absorbed by one application of
 * Threefry keyed by what came before, k' = Threefry(k, part), which is a pseudo-random function of the whole name
 * (Goldreich, Goldwasser & Micali 1986; Claessen & Palka, "Splittable pseudorandom number generators using
 * cryptographic hashing", 2013). Two names collide with probability 2^-128.
 */
export type Key = Block;

/** What a block is a part of: its last word, so that no part can be taken for one of another sort. */
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
 * The key of `counters` below `parent`: `fold(key(seed, "noise"), step)` is `key(seed, "noise", step)`.
 * counters: integers 0..2^53 - 1. Throws ConfigError for anything else.
 */
export const fold = (parent: Key, ...counters: readonly number[]): Key =>
  counters.reduce<Key>(
    (key, counter) => threefry(key, wholeNumberBlock("counter", counter, COUNTER)),
    parent,
  );

/**
 * The key of a named stream.
 * seed, counters: integers 0..2^53 - 1; stream: any text. Throws ConfigError for anything else.
 */
export const key = (seed: number, stream: string, ...counters: readonly number[]): Key =>
  fold(absorbName(threefry([0, 0, 0, 0], wholeNumberBlock("seed", seed, SEED)), stream), ...counters);

/** 128 bits of state for generator number `lane` of a key; never all zero, which xoshiro could not leave. */
export const laneState = (key: Key, lane: number): Block => notAllZero(threefry(key, [lane, 0, 0, LANE]));

export const notAllZero = (block: Block): Block => (block.every((word) => word === 0) ? [1, 0, 0, 0] : block);
