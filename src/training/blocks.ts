/**
 * Blocks of parameters, the units of an update. Parameters and optimiser states are updated block by block, so that what
 * one operator of the update wrote is still in the cache when the next one reads it. Muon takes whole matrices, one block
 * each; nothing else depends on the size of blocks.
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
  /** Whether the parameter is a matrix to its optimiser, which makes it one block. */
  readonly isMatrix?: boolean;
}

/** Blocks of one parameter, in order, without overlap. */
export const blocksOf = (
  spec: ParameterSpec,
  { normed = false, isMatrix = false }: BlockOptions = {},
): readonly Block[] => {
  const { name: parameter, shape } = spec;
  const size = sizeOf(shape);
  const row = size / shape[0]!;
  const step = isMatrix
    ? size
    : row * Math.max(1, Math.floor(Math.max(BLOCK_ELEMENTS, size / MOST_BLOCKS) / row));
  return Array.from({ length: Math.ceil(size / step) }, (_, k) => {
    const [start, end] = [k * step, Math.min((k + 1) * step, size)];
    return {
      parameter,
      rule: isTrained(spec) ? "gradient" : "statistic",
      start,
      end,
      ...(normed && { rows: { start: start / row, end: end / row } }),
      ...(isMatrix && { matrix: { rows: shape[0]!, columns: row } }),
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

/** Key of the norms of a block's rows. */
export const normKey = ({ parameter, rows }: Block): BlockKey | undefined =>
  rows && { array: "norm", parameter, ...rows };
