/**
 * One example learned as one program: its prediction by S passes, and then the update by the mean gradient of the same
 * passes. What is told of the example is what the network knew before.
 */
import { ConfigError } from "../../errors.ts";
import { parameterInputs } from "../../networks/interpreters/sample.ts";
import { dropConnectOf, dropoutOf } from "../../networks/layers/neuron.ts";
import type { Network } from "../../networks/network.ts";
import { planOf } from "../../networks/plan.ts";
import type { Tiling } from "../../networks/tiling.ts";
import { ONLINE_RENEWAL } from "../../nn/batch-norm.ts";
import type { Optimizer } from "../../nn/optimizer.ts";
import { sum } from "../../tensor/broadcast.ts";
import { abs, add } from "../../tensor/elementwise.ts";
import { lower, type Program } from "../../tensor/lower.ts";
import { softmax } from "../../tensor/softmax.ts";
import { lossOfBatch, updatesOf } from "../step.ts";

export interface OnlineStep {
  readonly network: Network;
  /** S, of the one example. */
  readonly passes: number;
  readonly optimizer: Optimizer;
  readonly tiling: Tiling;
}

/**
 * Inputs: those of `lossOfBatch`, whose batch are the passes, each parameter and state in blocks, and `updateScalars`.
 * Outputs: "loss" (mean over the passes), "probabilities" [passes, classes], the next value of every block, and "size", the
 * sum of their magnitudes, which is finite only if all of them are: a spike or a rectifier hides from the loss what is not.
 * Batch normalization goes by its running statistics, since one example has none.
 */
export const onlineStep = ({ network, passes, optimizer, tiling }: OnlineStep): Program => {
  requireSameInUse(network);
  const parameters = parameterInputs(network);
  const found = lossOfBatch(network, parameters, passes, { tiling, normalizedBy: "running" });
  const updates = updatesOf(network, parameters, found, { optimizer, renewal: ONLINE_RENEWAL });
  const size = Object.values(updates)
    .map((next) => sum(abs(next)))
    .reduce(add);
  return lower(
    { loss: found.loss, probabilities: softmax(found.logits), size, ...updates },
    { name: `${network.name} online step` },
  );
};

/** The passes of training are those of the prediction. */
const requireSameInUse = (network: Network): void => {
  const layer = planOf(network).find(
    (placed) =>
      dropConnectOf(placed) !== undefined || (dropoutOf(placed) !== undefined && !network.dropoutInUse),
  );
  if (!layer) return;
  throw new ConfigError(`online learning, network ${network.name}`, {
    given: `${layer.name}, which drops units or connections in training alone`,
    expected: "a network whose passes are the same in training and in use",
    remedy: "Leave dropout and DropConnect out, or keep dropout in use by dropoutInUse.",
  });
};
