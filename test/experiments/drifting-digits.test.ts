/** Streams show each digit once, and drift as they say. */
import { describe, expect, test } from "vitest";
import { examplesOf, STREAMS, type Stream } from "../../src/experiments/drifting-digits.ts";
import { smallSplit } from "../training/digits.ts";

const split = smallSplit(40);
const stream = (name: string): Stream => STREAMS.find((each) => each.name === name)!;
const examples = (name: string, seed = 1, count = 40) => [...examplesOf(split, stream(name), count, seed)];
const imageOf = (k: number): Uint8Array => split.images.slice(36 * k, 36 * (k + 1));
const sorted = (image: Uint8Array): Uint8Array => image.toSorted();

test("every stream shows each digit at most once, with its label, in an order of the seed", () => {
  const still = examples("still");
  const places = still.map(({ image }) =>
    Array.from({ length: 40 }, (_, k) => k).find((k) => Buffer.compare(imageOf(k), image) === 0),
  );
  expect(new Set(places).size).toBe(40);
  expect(still.map(({ label }) => label)).toEqual(places.map((k) => split.labels[k!]));
  expect(places).not.toEqual(places.toSorted((a, b) => a! - b!));
  expect(examples("still")).toEqual(still);
  expect(examples("still", 2)).not.toEqual(still);
  for (const { name } of STREAMS)
    expect(examples(name).map(({ label }) => label)).toEqual(still.map(({ label }) => label));
});

describe("the permuted stream", () => {
  test("keeps the pixels of a digit, in an order that lasts a tenth of the stream", () => {
    const [still, permuted] = [examples("still"), examples("permuted")];
    for (const [k, { image }] of permuted.entries()) {
      expect(sorted(image)).toEqual(sorted(still[k]!.image));
      expect(image).not.toEqual(still[k]!.image);
    }
    // The same digit at two places of a task looks the same; in another task it does not.
    const drift = stream("permuted").driftOf(split.shape, 1);
    const image = imageOf(0);
    expect(drift(image, 0, 40)).toEqual(drift(image, 3, 40));
    const tasks = Array.from({ length: 10 }, (_, task) => drift(image, 4 * task, 40).join());
    expect(new Set(tasks).size).toBe(10);
  });

  test("has other orders for another seed", () => {
    const of = (seed: number) => stream("permuted").driftOf(split.shape, seed)(imageOf(0), 0, 40);
    expect(of(1)).not.toEqual(of(2));
  });
});

test("the rotated stream begins upright and ends upside down", () => {
  const drift = stream("rotated").driftOf(split.shape, 1);
  const image = imageOf(3);
  expect(drift(image, 0, 40)).toEqual(image);
  expect(drift(image, 39, 40)).toEqual(image.toReversed());
  expect(drift(image, 20, 40)).not.toEqual(image);
});
