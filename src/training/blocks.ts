/**
 * Blocks of parameters, the units of an update. Parameters and optimiser states are updated block by block, so that what
 * one operator of the update wrote is still in the cache when the next one reads it. To Muon a block is a matrix;
 * nothing else depends on the size of blocks.
 */
import type { ParameterSpec } from "../networks/layers/kind.ts";
import type { Network } from "../networks/network.ts";
import { isTrained, parametersOf } from "../networks/plan.ts";
import type { MatrixSize } from "../nn/muon.ts";
import type { Optimizer } from "../nn/optimizer.ts";
import { sizeOf } from "../tensor/tensor.ts";
import type { BlockKey } from "./keys.ts";
import { optimizersOf } from "./matrices.ts";
import { normsOf } from "./norms.ts";

/** Elements [start, end) of a parameter: whole rows along its first axis. */
export interface Block {
  /** Name of the parameter. */
  readonly parameter: string;
  /** What changes it: its gradient, or, for a running statistic, the statistics of the batch. */
  readonly rule: "gradient" | "statistic";
  readonly start: number;
  readonly end: number;
  /** Rows of the block, for weights whose norms are inputs of the gradient program. */
  readonly rows?: { readonly start: number; readonly end: number };
  /** Size of the matrix, for a block that is one to Muon. */
  readonly matrix?: MatrixSize;
}

/** Elements of a block. With fewer, the start-up time of each operator dominates. */
const BLOCK_ELEMENTS = 65_536;

/** Largest number of blocks of one parameter. Each is a subgraph; with more, compilation takes longer than they save. */
const MOST_BLOCKS = 64;

export interface BlockOptions {
  /** Whether the norms of the parameter's rows are inputs of the gradient program. */
  readonly normed?: boolean;
  /** Whether the parameter is a matrix to its optimiser, whose blocks are as small as `rowsOfMatrices` says. */
  readonly isMatrix?: boolean;
}

/**
 * Largest shorter side of a matrix that Muon orthogonalises as a whole. The cost of a step grows with the square of that
 * side, and beyond this would dwarf that of the gradient: for the dense layer of mnist-cnn, 1024 x 1024, tenfold.
 */
const MOST_SIDE = 256;

/**
 * Rows of the matrices that Muon takes a parameter [rows, columns] as: all, or equal parts, within which rows are
 * orthogonal. Khaled et al., "MuonBP: faster Muon via block-periodic orthogonalization", arXiv 2510.16981, take such
 * blocks in most steps.
 */
const rowsOfMatrices = (rows: number, columns: number): number =>
  Math.min(rows, columns) > MOST_SIDE ? Math.ceil(rows / Math.ceil(rows / MOST_SIDE)) : rows;

/** Blocks of one parameter, in order, without overlap. */
export const blocksOf = (
  spec: ParameterSpec,
  { normed = false, isMatrix = false }: BlockOptions = {},
): readonly Block[] => {
  const { name: parameter, shape } = spec;
  const size = sizeOf(shape);
  const row = size / shape[0]!;
  const step = isMatrix
    ? row * rowsOfMatrices(shape[0]!, row)
    : row * Math.max(1, Math.floor(Math.max(BLOCK_ELEMENTS, size / MOST_BLOCKS) / row));
  return Array.from({ length: Math.ceil(size / step) }, (_, k) => {
    const [start, end] = [k * step, Math.min((k + 1) * step, size)];
    return {
      parameter,
      rule: isTrained(spec) ? "gradient" : "statistic",
      start,
      end,
      ...(normed && { rows: { start: start / row, end: end / row } }),
      ...(isMatrix && { matrix: { rows: (end - start) / row, columns: row } }),
    };
  });
};

/** Blocks of all parameters of a network that `optimizer` trains. */
export const blocksOfNetwork = (network: Network, optimizer: Optimizer): readonly Block[] => {
  const normed = new Set(normsOf(network).map(({ parameter }) => parameter));
  const optimizerOf = optimizersOf(network, optimizer);
  return parametersOf(network).flatMap((spec) =>
    blocksOf(spec, { normed: normed.has(spec.name), isMatrix: optimizerOf(spec.name).type === "muon" }),
  );
};

/**
 * The same elements in as few blocks as their updates allow: matrices stay as they are, other blocks that follow each other
 * are joined. For devices without a cache to fit, on which operators on small tensors are all start-up time.
 */
export const joinBlocks = (blocks: readonly Block[]): readonly Block[] => {
  const joined: Block[] = [];
  for (const block of blocks) {
    const last = joined.at(-1);
    if (last && !block.matrix && last.parameter === block.parameter && last.end === block.start)
      joined[joined.length - 1] = {
        ...last,
        end: block.end,
        ...(last.rows && block.rows && { rows: { start: last.rows.start, end: block.rows.end } }),
      };
    else joined.push(block);
  }
  return joined;
};

/** Key of the norms of a block's rows. */
export const normKey = ({ parameter, rows }: Block): BlockKey | undefined =>
  rows && { array: "norm", parameter, ...rows };
