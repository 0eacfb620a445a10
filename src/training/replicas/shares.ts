/** Assignment of blocks to replicas. */
import type { Block } from "../blocks.ts";

/** Blocks that each of `count` replicas updates: each block goes to the replica with the fewest elements so far. */
export const shareBlocks = (blocks: readonly Block[], count: number): readonly (readonly Block[])[] => {
  const shares = Array.from({ length: count }, () => ({ elements: 0, blocks: [] as Block[] }));
  for (const block of blocks) {
    const least = shares.reduce((best, share) => (share.elements < best.elements ? share : best));
    least.blocks.push(block);
    least.elements += block.end - block.start;
  }
  return shares.map((share) => share.blocks);
};
