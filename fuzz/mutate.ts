/** Mutations of valid files, as disks, networks and adversaries damage them. */

import { key } from "../src/random/key.ts";
import { reader } from "../src/random/reader.ts";

/** A whole number from 0 to below - 1. */
export type Draw = (below: number) => number;

/** Random numbers of input `index` of target `name`. Each input can be reproduced on its own. */
export const drawsOf = (seed: number, name: string, index: number): Draw => {
  const next = reader(key(seed, `fuzz ${name}`, index));
  return (below) => (next() >>> 0) % below;
};

/** One of the `seeds`, mutated one or more times; at most about twice as long as the longest seed. */
export const mutated = (seeds: readonly Uint8Array[], draw: Draw): Uint8Array => {
  const most = 2 * Math.max(...seeds.map((bytes) => bytes.length)) + 64;
  // A copy: Buffer's slice() would share the seed's memory.
  let bytes = new Uint8Array(pick(seeds, draw));
  for (let times = 1 + draw(draw(4) === 0 ? 16 : 3); times > 0; times--)
    bytes = pick(mutations, draw)(bytes, draw, seeds).slice(0, most);
  return bytes;
};

type Mutation = (bytes: Uint8Array, draw: Draw, seeds: readonly Uint8Array[]) => Uint8Array;

const pick = <T>(list: readonly T[], draw: Draw): T => list[draw(list.length)]!;
const joined = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));
const random = (length: number, draw: Draw): Uint8Array => Uint8Array.from({ length }, () => draw(256));

/** A range [start, end) of the bytes, usually short. */
const range = (bytes: Uint8Array, draw: Draw): readonly [start: number, end: number] => {
  const start = draw(bytes.length + 1);
  const most = draw(3) === 0 ? bytes.length : 32;
  return [start, Math.min(bytes.length, start + 1 + draw(most + 1))];
};

const truncate: Mutation = (bytes, draw) => bytes.slice(0, draw(bytes.length + 1));

const flipBit: Mutation = (bytes, draw) => {
  if (bytes.length > 0) bytes[draw(bytes.length)]! ^= 1 << draw(8);
  return bytes;
};

const replaceByte: Mutation = (bytes, draw) => {
  if (bytes.length > 0)
    bytes[draw(bytes.length)] = draw(2) === 0 ? draw(256) : pick([0, 1, 127, 128, 255], draw);
  return bytes;
};

/** Replaces a word by extreme values and their neighbours, for counts, sizes, offsets and times. */
const replaceWord: Mutation = (bytes, draw) => {
  const size = pick([2, 4, 8], draw);
  if (bytes.length < size) return bytes;
  const value = (1n << BigInt(draw(8 * size))) * pick([0n, 1n, -1n], draw) + BigInt(draw(3) - 1);
  const word = Array.from({ length: size }, (_, i) => Number(BigInt.asUintN(8, value >> BigInt(8 * i))));
  bytes.set(draw(2) === 0 ? word : word.reverse(), draw(bytes.length - size + 1));
  return bytes;
};

/** Replaces a number in a text header. */
const replaceDigits: Mutation = (bytes, draw) => {
  const numbers = [...Buffer.from(bytes).toString("latin1").matchAll(/\d+/g)];
  if (numbers.length === 0) return bytes;
  const { index, 0: digits } = pick(numbers, draw);
  const number = Buffer.from(
    pick(["0", "-1", "1", "65536", "4294967296", "1e9", "99999999999999999999", "x"], draw),
  );
  return joined(bytes.subarray(0, index), number, bytes.subarray(index + digits.length));
};

const insert: Mutation = (bytes, draw) => {
  const at = draw(bytes.length + 1);
  return joined(bytes.subarray(0, at), random(1 + draw(16), draw), bytes.subarray(at));
};

const remove: Mutation = (bytes, draw) => {
  const [start, end] = range(bytes, draw);
  return joined(bytes.subarray(0, start), bytes.subarray(end));
};

const repeatBlock: Mutation = (bytes, draw) => {
  const [start, end] = range(bytes, draw);
  const block = bytes.subarray(start, end);
  return joined(bytes.subarray(0, end), ...Array(1 + draw(8)).fill(block), bytes.subarray(end));
};

const overwriteBlock: Mutation = (bytes, draw) => {
  const [start, end] = range(bytes, draw);
  return bytes.copyWithin(draw(bytes.length + 1), start, end);
};

const splice: Mutation = (bytes, draw, seeds) => {
  const other = pick(seeds, draw);
  return joined(bytes.subarray(0, draw(bytes.length + 1)), other.subarray(draw(other.length + 1)));
};

const mutations: readonly Mutation[] = [
  ...[truncate, flipBit, replaceByte, replaceWord, replaceDigits, insert, remove, repeatBlock],
  ...[overwriteBlock, splice],
];
