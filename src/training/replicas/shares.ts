/** Assignment of blocks to replicas. */
import { muonWork } from "../../nn/muon.ts";
import type { Block } from "../blocks.ts";

/** Multiply-adds of a matrix product in the time in which one element is updated: measured .02 and 6 ns. */
const WORK_OF_ELEMENT = 300;

/** Cost of a block in elements. */
const costOf = ({ start, end, matrix }: Block): number =>
  end - start + (matrix ? muonWork(matrix) / WORK_OF_ELEMENT : 0);

/**
 * Blocks that each of `count` replicas updates: each block goes to the replica with the least cost so far, matrices
 * first, the largest before the others.
 */
export const shareBlocks = (blocks: readonly Block[], count: number): readonly (readonly Block[])[] => {
  const shares = Array.from({ length: count }, () => ({ cost: 0, blocks: [] as Block[] }));
  const matrices = blocks.filter(({ matrix }) => matrix).toSorted((a, b) => costOf(b) - costOf(a));
  for (const block of [...matrices, ...blocks.filter(({ matrix }) => !matrix)]) {
    const least = shares.reduce((best, share) => (share.cost < best.cost ? share : best));
    least.blocks.push(block);
    least.cost += costOf(block);
  }
  return shares.map((share) => share.blocks);
};
