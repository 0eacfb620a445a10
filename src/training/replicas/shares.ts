/** Who of several replicas does what: rows of the batch for the gradient, blocks of the parameters for the update. */
import type { NormedBlock } from "./norms.ts";

/** Rows [start, end) of a batch. */
export interface Rows {
  readonly start: number;
  readonly end: number;
}

/** `batch` rows in `count` parts, whose sizes differ by one at most. */
export const shareRows = (batch: number, count: number): readonly Rows[] =>
  Array.from({ length: count }, (_, k) => ({
    start: Math.floor((k * batch) / count),
    end: Math.floor(((k + 1) * batch) / count),
  }));

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
