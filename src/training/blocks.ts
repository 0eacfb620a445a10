/**
 * Blocks of parameters, the units of an update. Parameters and optimiser states are updated block by block, so that what
 * one operator of the update wrote is still in the cache when the next one reads it. An optimiser that needs whole
 * matrices would take one block a parameter here; nothing else depends on the size of blocks.
 */
import type { ParameterSpec } from "../networks/layers/kind.ts";
import type { Network } from "../networks/network.ts";
import { isTrained, parametersOf } from "../networks/plan.ts";
import { sizeOf } from "../tensor/tensor.ts";
import type { BlockKey } from "./keys.ts";
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
}

/** Elements of a block. With fewer, the start-up time of each operator dominates. */
const BLOCK_ELEMENTS = 65_536;

/** Largest number of blocks of one parameter. Each is a subgraph; with more, compilation takes longer than they save. */
const MOST_BLOCKS = 64;

/** Blocks of one parameter, in order, without overlap. `normed`: whether its norms are inputs of the gradient program. */
export const blocksOf = (spec: ParameterSpec, normed = false): readonly Block[] => {
  const { name: parameter, shape } = spec;
  const size = sizeOf(shape);
  const row = size / shape[0]!;
  const step = row * Math.max(1, Math.floor(Math.max(BLOCK_ELEMENTS, size / MOST_BLOCKS) / row));
  return Array.from({ length: Math.ceil(size / step) }, (_, k) => {
    const [start, end] = [k * step, Math.min((k + 1) * step, size)];
    return {
      parameter,
      rule: isTrained(spec) ? "gradient" : "statistic",
      start,
      end,
      ...(normed && { rows: { start: start / row, end: end / row } }),
    };
  });
};

/** Blocks of all parameters of a network. */
export const blocksOfNetwork = (network: Network): readonly Block[] => {
  const normed = new Set(normsOf(network).map(({ parameter }) => parameter));
  return parametersOf(network).flatMap((spec) => blocksOf(spec, normed.has(spec.name)));
};

/** Key of the norms of a block's rows. */
export const normKey = ({ parameter, rows }: Block): BlockKey | undefined =>
  rows && { array: "norm", parameter, ...rows };
