/**
 * The sequences are part of the package's contract: published vectors, and values computed independently in
 * Python.
 */
import { describe, expect, test } from "vitest";
import { fillBernoulli, fillNormal, fillUniform } from "../../src/random/fill.ts";
import { type Key, key } from "../../src/random/key.ts";
import { permutation } from "../../src/random/permutation.ts";
import { type Block, threefry } from "../../src/random/threefry.ts";
import { generate, LANES, STATE_LENGTH } from "../../src/random/xoshiro128.ts";
import golden from "../fixtures/random.json" with { type: "json" };

const block = (hex: string): Block =>
  hex.split(" ").map((word) => Number.parseInt(word, 16)) as unknown as Block;

/** Known answers of Threefry-4x32-20 from the kat_vectors file of Random123: counter, key, result. */
const THREEFRY_VECTORS = [
  [
    "00000000 00000000 00000000 00000000",
    "00000000 00000000 00000000 00000000",
    "9c6ca96a e17eae66 fc10ecd4 5256a7d8",
  ],
  [
    "ffffffff ffffffff ffffffff ffffffff",
    "ffffffff ffffffff ffffffff ffffffff",
    "2a881696 57012287 f6c7446e a16a6732",
  ],
  [
    "243f6a88 85a308d3 13198a2e 03707344",
    "a4093822 299f31d0 082efa98 ec4e6c89",
    "59cd1dbb b8879579 86b5d00c ac8b6d84",
  ],
] as const;

test.each(THREEFRY_VECTORS)("Threefry-4x32-20 of %s", (counter, key, result) => {
  expect(threefry(block(key), block(counter))).toEqual(block(result));
});

test("xoshiro128+ from the state 1, 2, 3, 4, as the reference implementation gives it", () => {
  const state = Uint32Array.from({ length: STATE_LENGTH }, (_, i) => 1 + Math.floor(i / LANES));
  const numbers = new Int32Array(10 * LANES);
  generate(state, numbers, numbers.length);
  const expected = [
    5, 12295, 25178119, 27286542, 39879690, 1140358681, 3276312097, 4110231701, 399823256, 2144435200,
  ];
  for (let lane = 0; lane < LANES; lane++)
    expect(expected.map((_, i) => numbers[i * LANES + lane]! >>> 0)).toEqual(expected);
});

const filled = (fill: (out: Float32Array) => void, length: number): number[] => {
  const out = new Float32Array(length);
  fill(out);
  return [...out];
};

describe.each(golden)("seed $seed, stream '$stream', counters $counters", (entry) => {
  const it: Key = key(entry.seed, entry.stream, ...entry.counters);

  test("key", () => expect(it).toEqual(entry.key));

  test("uniform", () => {
    const numbers = filled((out) => fillUniform(it, out), 3001);
    expect(numbers.slice(0, entry.uniform.length)).toEqual(entry.uniform);
    expect(numbers.slice(2990)).toEqual(entry.uniformFrom2990);
  });

  test("Bernoulli", () =>
    expect(filled((out) => fillBernoulli(it, 0.3, out), entry.bernoulli.length)).toEqual(entry.bernoulli));

  test("normal", () =>
    expect(filled((out) => fillNormal(it, out), entry.normal.length)).toEqual(entry.normal));

  test("permutation", () => {
    expect([...permutation(it, entry.permutation.length)]).toEqual(entry.permutation);
    expect([...permutation(it, 600).subarray(0, 12)]).toEqual(entry.startOfPermutationOf600);
  });
});

test.each([fillUniform, fillNormal, (it: Key, out: Float32Array) => fillBernoulli(it, 0.3, out)])(
  "a shorter array holds the first numbers of a longer one (%#)",
  (fill) => {
    const it = key(3, "prefix");
    const longest = filled((out) => fill(it, out), 2500);
    for (const length of [0, 1, 2, 3, 4, 5, 1023, 1024, 1025, 2049])
      expect(filled((out) => fill(it, out), length)).toEqual(longest.slice(0, length));
  },
);
