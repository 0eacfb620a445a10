/**
 * The norms ||w_i|| by which a network's layers divide. Every replica needs all of them at every step: each computes
 * those of the weights that it updates.
 */
import { forward, parameterInputs } from "../../networks/interpreters/sample.ts";
import { normName } from "../../networks/layers/weighted.ts";
import type { Network } from "../../networks/network.ts";
import { noiseInputs } from "../../networks/noise-inputs.ts";
import { planOf } from "../../networks/plan.ts";
import { topologicalOrder } from "../../tensor/gradient.ts";
import { input, sizeOf, type TensorsByName } from "../../tensor/tensor.ts";
import { type Block, blocksOfNetwork } from "../blocks.ts";

/** The norms that the network's logits depend on, as inputs: [units] each. A layer may divide by something else. */
export const normInputs = (network: Network): TensorsByName => {
  const all = Object.fromEntries(
    planOf(network).map(({ name, unitShape }) => [normName(name), input(normName(name), [unitShape[0]!])]),
  );
  const x = input("images", [1, ...network.input]);
  const logits = forward(network, { ...parameterInputs(network), ...all }, x, noiseInputs(network, 1));
  const used = new Set(topologicalOrder([logits]));
  return Object.fromEntries(Object.entries(all).filter(([, tensor]) => used.has(tensor)));
};

/** A block of a parameter and, if it is rows of normed weights, the same rows of the norms. */
export interface NormedBlock {
  readonly block: Block;
  readonly norms?: Block;
}

/** The blocks of a network's parameters, those of normed weights with their norms. */
export const normedBlocks = (network: Network): readonly NormedBlock[] => {
  const normed = normInputs(network);
  const parameters = parameterInputs(network);
  return blocksOfNetwork(network).map((block) => {
    const norms = normName(block.parameter.replace(/\.weight$/, ""));
    if (!(norms in normed) || !block.parameter.endsWith(".weight")) return { block };
    const { shape } = parameters[block.parameter]!;
    const row = sizeOf(shape) / shape[0]!;
    return {
      block,
      norms: { ...block, parameter: norms, start: block.start / row, end: block.end / row },
    };
  });
};
