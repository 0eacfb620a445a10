import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { allocateBatch } from "../../src/loading/batch.ts";
import { fillBatch } from "../../src/loading/fill-batch.ts";
import { batchOrder, epochOrder } from "../../src/loading/order.ts";
import { encodingTable } from "../../src/networks/images.ts";
import { key } from "../../src/random/key.ts";
import { smallSplit } from "../training/digits.ts";

describe("the order of an epoch", () => {
  test("has every example once", () =>
    fc.assert(
      fc.property(
        fc.nat(),
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 300 }),
        (seed, epoch, count) => {
          const order = epochOrder(seed, epoch, count);
          expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, k) => k));
        },
      ),
      { seed: 1 },
    ));

  test("depends on the seed and the epoch, and on nothing else", () => {
    const order = epochOrder(1, 1, 100);
    expect(epochOrder(1, 1, 100)).toEqual(order);
    expect(epochOrder(2, 1, 100)).not.toEqual(order);
    expect(epochOrder(1, 2, 100)).not.toEqual(order);
  });
});

describe("the batches of an epoch", () => {
  test("count every example once; the last is filled up with the epoch's first, which do not count", () => {
    for (const [count, batch] of [
      [22, 5],
      [20, 5],
      [3, 8],
    ] as const) {
      const examplesOf = batchOrder({ seed: 1, count, batch });
      const order = epochOrder(1, 2, count);
      const steps = Math.ceil(count / batch);
      const batches = Array.from({ length: steps }, (_, k) => examplesOf(steps + 1 + k));
      expect(batches.flatMap(({ indices, counting }) => [...indices.subarray(0, counting)])).toEqual([
        ...order,
      ]);
      for (const { indices } of batches) expect(indices).toHaveLength(batch);
      const { indices, counting } = batches.at(-1)!;
      const filling = Array.from({ length: batch - counting }, (_, k) => order[k % count]);
      expect([...indices.subarray(counting)]).toEqual(filling);
    }
  });
});

describe("a batch", () => {
  const split = smallSplit(5);
  const plain = { table: encodingTable({ name: "real", encoding: "real", input: [1, 6, 6] }) };
  const unused = key(1, "unused");

  test("holds the examples asked for, encoded, with their labels", () => {
    const batch = allocateBatch(3, 36);
    fillBatch(batch, split, [4, 0, 2], plain, unused);
    expect([...batch.mask]).toEqual([1, 1, 1]);
    expect([...batch.labels]).toEqual([4, 0, 2].map((k) => split.labels[k]));
    const pixels = [4, 0, 2].flatMap((k) => [...split.images.subarray(k * 36, k * 36 + 36)]);
    expect([...batch.images]).toEqual(pixels.map((pixel) => Math.fround(pixel / 255)));
  });

  test("that is not full is padded with examples that do not count, and is filled anew the next time", () => {
    const batch = allocateBatch(4, 36);
    fillBatch(batch, split, [3], plain, unused);
    expect([...batch.mask]).toEqual([1, 0, 0, 0]);
    expect([...batch.labels]).toEqual(new Array(4).fill(split.labels[3]));
    fillBatch(batch, split, [0, 1, 2, 3], plain, unused);
    expect([...batch.mask]).toEqual([1, 1, 1, 1]);
    expect([...batch.labels]).toEqual([...split.labels.subarray(0, 4)]);
  });
});
