/** The two halves of a training step, with the replicas' exchange of gradients between them. */
import { parameterInputs } from "../../networks/interpreters/sample.ts";
import type { Network } from "../../networks/network.ts";
import type { Optimizer } from "../../nn/optimizer.ts";
import { weightNorm } from "../../nn/weight-norm.ts";
import { blockConvolutions } from "../../tensor/blocked-convolution.ts";
import { add, divide, multiply } from "../../tensor/elementwise.ts";
import { gradient } from "../../tensor/gradient.ts";
import { reshape } from "../../tensor/layout.ts";
import { lower, type Program } from "../../tensor/lower.ts";
import { input, type Tensor } from "../../tensor/tensor.ts";
import { type Block, blockName, nextName, updateBlock } from "../blocks.ts";
import { lossOfBatch, type StepOptions, updateScalars } from "../step.ts";
import { type NormedBlock, normInputs } from "./norms.ts";

/** The name of the gradient by a parameter or by norms. */
export const gradientName = (array: string): string => `gradient ${array}`;

/**
 * A replica's part of the loss, [batch] rows of a batch of which "count" examples count, and its gradient by the
 * parameters and, as if they did not depend on them, by the norms of the weights. `share` is the part of the batch that
 * the rows are: the replicas' statistics, each of its own rows, are averaged. Where batches are normalised, a replica
 * has one of the batch's `normalizedParts`.
 * Outputs: "loss", "correct", and of every parameter and all norms `gradientName`.
 */
export const gradientProgram = (
  network: Network,
  batch: number,
  share: number,
  { channelBlock, ...pass }: Pick<StepOptions, "tiling" | "channelBlock" | "estimator">,
): Program => {
  const given = { ...parameterInputs(network), ...normInputs(network) };
  const { loss, correct, statistics } = lossOfBatch(network, given, batch, {
    ...pass,
    count: input("count", []),
  });
  const trained = Object.keys(given).filter((name) => !(name in statistics));
  const gradients = gradient(
    loss,
    trained.map((name) => given[name]!),
  );
  const found = [
    ...trained.map((name, k) => [gradientName(name), gradients[k]!] as const),
    ...Object.entries(statistics).map(
      ([name, value]) => [gradientName(name), multiply(share, value)] as const,
    ),
  ];
  const outputs = blockConvolutions({ loss, correct, ...Object.fromEntries(found) }, channelBlock);
  return lower(outputs, { name: `${network.name} gradient` });
};

/** The name of a block's gradient by one replica. */
export const partName = ({ parameter, start }: Block, replica: number): string =>
  `${gradientName(blockName(parameter, start))} by ${replica}`;

/**
 * The update of some blocks by the sum of the replicas' gradients, inputs by `partName`, and the norms of the new
 * weights: d||w_i|| / dw_i = w_i / ||w_i|| adds to the weights' gradient what the norms' gradient says.
 */
export const updateProgram = (
  optimizer: Optimizer,
  blocks: readonly NormedBlock[],
  replicas: number,
): Program => {
  const scalars = updateScalars();
  const total = (block: Block): Tensor =>
    Array.from({ length: replicas }, (_, k) => input(partName(block, k), [sizeOfBlock(block)])).reduce(add);
  const updates = blocks.flatMap(({ block, norms }) => {
    if (!norms) return Object.entries(updateBlock(optimizer, block, () => total(block), scalars));
    const scale = divide(total(norms), input(blockName(norms.parameter, norms.start), [sizeOfBlock(norms)]));
    const gradientOf = (w: Tensor): Tensor =>
      add(total(block), reshape(multiply(rowsOf(w, norms), reshape(scale, [-1, 1])), [-1]));
    const next = updateBlock(optimizer, block, gradientOf, scalars);
    const weights = next[nextName(blockName(block.parameter, block.start))]!;
    return [
      ...Object.entries(next),
      [nextName(blockName(norms.parameter, norms.start)), normsOf(weights, norms)],
    ];
  });
  return lower(Object.fromEntries(updates), { name: "update" });
};

/** The norms of some blocks of weights, as `updateProgram` computes those of the new ones. */
export const normsProgram = (blocks: readonly NormedBlock[]): Program => {
  const outputs = blocks.flatMap(({ block, norms }) => {
    if (!norms) return [];
    const weights = input(blockName(block.parameter, block.start), [sizeOfBlock(block)]);
    return [[nextName(blockName(norms.parameter, norms.start)), normsOf(weights, norms)] as const];
  });
  return lower(Object.fromEntries(outputs), { name: "norms" });
};

const sizeOfBlock = ({ start, end }: Block): number => end - start;

const rowsOf = (weights: Tensor, norms: Block): Tensor => reshape(weights, [sizeOfBlock(norms), -1]);

const normsOf = (weights: Tensor, norms: Block): Tensor => weightNorm(rowsOf(weights, norms));
