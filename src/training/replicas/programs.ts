/** The two halves of a training step, with the replicas' exchange of gradients between them. */
import { parameterInputs } from "../../networks/forward.ts";
import type { Passage } from "../../networks/in-chunks.ts";
import type { Network } from "../../networks/network.ts";
import type { Optimizer } from "../../nn/optimizer.ts";
import { add } from "../../tensor/elementwise.ts";
import { gradient } from "../../tensor/gradient.ts";
import { lower, type Program } from "../../tensor/lower.ts";
import { input } from "../../tensor/tensor.ts";
import { type Block, blockName, updateBlock } from "../blocks.ts";
import { lossOfBatch, updateScalars } from "../step.ts";

/** The name of the gradient of a parameter. */
export const gradientName = (parameter: string): string => `gradient ${parameter}`;

/**
 * A replica's part of the loss, [batch] rows of a batch of which "count" examples count, and its gradient.
 * Outputs: "loss", "correct", and of every parameter `gradientName`.
 */
export const gradientProgram = (network: Network, batch: number, passage: Passage): Program => {
  const parameters = parameterInputs(network);
  const { loss, correct } = lossOfBatch(network, parameters, batch, passage, input("count", []));
  const gradients = gradient(loss, Object.values(parameters));
  return lower(
    {
      loss,
      correct,
      ...Object.fromEntries(Object.keys(parameters).map((name, k) => [gradientName(name), gradients[k]!])),
    },
    { name: `${network.name} gradient` },
  );
};

/** The name of a block's gradient by one replica. */
export const partName = ({ parameter, start }: Block, replica: number): string =>
  `${gradientName(blockName(parameter, start))} by ${replica}`;

/** The update of some blocks by the sum of the replicas' gradients, inputs by `partName`. */
export const updateProgram = (optimizer: Optimizer, blocks: readonly Block[], replicas: number): Program => {
  const scalars = updateScalars();
  const updates = blocks.flatMap((block) => {
    const parts = Array.from({ length: replicas }, (_, k) =>
      input(partName(block, k), [block.end - block.start]),
    );
    return Object.entries(updateBlock(optimizer, block, parts.reduce(add), scalars));
  });
  return lower(Object.fromEntries(updates), { name: "update" });
};
