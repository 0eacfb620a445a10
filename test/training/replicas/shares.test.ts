/** Every row and every block has one replica. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { splitRows } from "../../../src/nn/rows.ts";
import { type Block, blocksOf } from "../../../src/training/blocks.ts";
import { shareBlocks } from "../../../src/training/replicas/shares.ts";

test("rows: each in one part, in order, the parts alike to one row", () =>
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 12 }), fc.nat(300), (count, more) => {
      const batch = count + more;
      const parts = splitRows(batch, count);
      expect(parts).toHaveLength(count);
      expect(parts[0]!.start).toBe(0);
      expect(parts.at(-1)!.end).toBe(batch);
      for (const [k, { start }] of parts.entries()) if (k > 0) expect(start).toBe(parts[k - 1]!.end);
      const sizes = parts.map(({ start, end }) => end - start);
      expect(Math.min(...sizes)).toBeGreaterThanOrEqual(1);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
    }),
    { seed: 1 },
  ));

const weight = (layer: string, shape: readonly number[]) => ({
  name: layer,
  layer,
  shape,
  kind: "weight" as const,
});

test("blocks: each with one replica, and none has more than another by more than a block", () =>
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.array(fc.integer({ min: 1, max: 400_000 }), { minLength: 5, maxLength: 9 }),
      (count, sizes) => {
        const blocks = sizes.flatMap((size, k) => blocksOf(weight(`p${k}`, [size])));
        const shares = shareBlocks(blocks, count);
        expect(new Set(shares.flat())).toEqual(new Set(blocks));
        expect(shares.flat()).toHaveLength(blocks.length);
        const elements = shares.map((share) => share.reduce((sum, { start, end }) => sum + end - start, 0));
        const largest = Math.max(...blocks.map(({ start, end }) => end - start));
        expect(Math.max(...elements) - Math.min(...elements)).toBeLessThanOrEqual(largest);
        expect(Math.min(...shares.map(({ length }) => length))).toBeGreaterThanOrEqual(1);
      },
    ),
    { seed: 1 },
  ));

test("matrices of Muon count by their work: the replicas' shares of a deep network are alike", () => {
  const block = (name: string, rows: number, columns: number): Block => ({
    ...{ parameter: name, rule: "gradient", start: 0, end: rows * columns, matrix: { rows, columns } },
  });
  // A thin matrix has as many elements as a square one, and a fraction of the work.
  const matrices = [
    block("thin", 4, 10_000),
    ...["a", "b", "c"].map((name) => block(name, 200, 200)),
    block("tall", 10_000, 4),
  ];
  const [one, other] = shareBlocks([...matrices, ...blocksOf(weight("bias", [10]))], 2);
  const names = (share: readonly Block[] = []) => share.map(({ parameter }) => parameter);
  expect(names(one)).toEqual(["a", "c"]);
  expect(names(other)).toEqual(["b", "thin", "tall", "bias"]);
});

test.each([[[1]], [[65_536]], [[65_537]], [[300, 1000]], [[3, 70_000]], [[5000, 2000]], [[64, 32, 5, 5]]])(
  "the blocks of a parameter of shape %j are whole rows, cover it without overlap, and are at most 65",
  (shape) => {
    const blocks = blocksOf(weight("w", shape));
    const size = shape.reduce((product, n) => product * n, 1);
    const row = size / shape[0]!;
    expect(blocks[0]!.start).toBe(0);
    expect(blocks.at(-1)!.end).toBe(size);
    for (const [k, { start }] of blocks.entries()) {
      expect(start % row).toBe(0);
      if (k > 0) expect(start).toBe(blocks[k - 1]!.end);
    }
    expect(blocks.length).toBeLessThanOrEqual(64 + 1);
  },
);
