/** Which replica updates which blocks of the parameters. */
import type { NormedBlock } from "./norms.ts";

/** Each block goes to the replica that has the fewest elements so far. */
export const shareBlocks = (
  blocks: readonly NormedBlock[],
  count: number,
): readonly (readonly NormedBlock[])[] => {
  const shares = Array.from({ length: count }, () => ({ elements: 0, blocks: [] as NormedBlock[] }));
  for (const normed of blocks) {
    const least = shares.reduce((best, share) => (share.elements < best.elements ? share : best));
    least.blocks.push(normed);
    least.elements += normed.block.end - normed.block.start;
  }
  return shares.map((share) => share.blocks);
};
