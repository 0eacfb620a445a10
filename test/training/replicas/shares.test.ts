/** Every row and every block has one replica. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { blocksOf } from "../../../src/training/blocks.ts";
import { shareBlocks, shareRows } from "../../../src/training/replicas/shares.ts";

test("rows: each in one part, in order, the parts alike to one row", () =>
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 12 }), fc.nat(300), (count, more) => {
      const batch = count + more;
      const parts = shareRows(batch, count);
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

test("blocks: each with one replica, and none has more than another by more than a block", () =>
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.array(fc.integer({ min: 1, max: 400_000 }), { minLength: 5, maxLength: 9 }),
      (count, sizes) => {
        const blocks = sizes.flatMap((size, k) => blocksOf(`p${k}`, size));
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

test("the blocks of a parameter cover it without overlap", () => {
  for (const size of [1, 65_536, 65_537, 300_000]) {
    const blocks = blocksOf("w", size);
    expect(blocks[0]!.start).toBe(0);
    expect(blocks.at(-1)!.end).toBe(size);
    for (const [k, { start }] of blocks.entries()) if (k > 0) expect(start).toBe(blocks[k - 1]!.end);
  }
});
