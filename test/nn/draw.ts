/** Random numbers for tests, from named streams of seed 1. */
import { fillNormal, fillUniform } from "../../src/random/fill.ts";
import { key } from "../../src/random/key.ts";

/** `count` numbers, uniform on (low, high). */
export const uniform = (stream: string, count: number, low = -1, high = 1): Float32Array => {
  const out = new Float32Array(count);
  fillUniform(key(1, stream), out);
  return out.map((u) => low + ((high - low) * (u + 1)) / 2);
};

/** `count` standard normal numbers. */
export const normal = (stream: string, count: number): Float32Array => {
  const out = new Float32Array(count);
  fillNormal(key(1, stream), out);
  return out;
};

/** `count` numbers, -1 or +1. */
export const signs = (stream: string, count: number): Float32Array =>
  uniform(stream, count).map((u) => (u < 0 ? -1 : 1));
