/** Check of the batch size. */
import { ConfigError } from "../errors.ts";
import { isBatchNormalized } from "../networks/layers/neuron-options.ts";
import { neuronCount } from "../networks/layers/stochastic.ts";
import type { Network } from "../networks/network.ts";
import { planOf } from "../networks/plan.ts";
import { sizeOf } from "../tensor/tensor.ts";
import type { TrainingConfiguration } from "./configuration.ts";

/** Largest number of elements of an array in a step: 8 GiB of float32 numbers. */
const LARGEST_ARRAY = 2 ** 31;

/**
 * Throws ConfigError for a batch whose inputs or neurons of a layer exceed 8 GiB in one array, and for a batch of one
 * example where a dense layer has batch normalization, whose output would then be the bias.
 */
export const checkBatch = (network: Network, { batch }: Pick<TrainingConfiguration, "batch">): void => {
  for (const plan of planOf(network)) {
    const { name, inputShapes, unitShape } = plan;
    if (batch === 1 && unitShape.length === 1 && isBatchNormalized(plan))
      throw new ConfigError(`training network ${network.name}, ${name}`, {
        given: "batch normalization by batches of one",
        expected: "batches of two or more",
        remedy: "Take a larger batch.",
      });
    const elements = batch * Math.max(...inputShapes.map(sizeOf), neuronCount(plan));
    if (elements > LARGEST_ARRAY)
      throw new ConfigError(`training network ${network.name}, ${name}`, {
        given: `a batch of ${batch}, whose inputs or neurons are ${elements} numbers`,
        expected: `at most ${LARGEST_ARRAY}`,
        remedy: "Take a smaller batch, or make the layer smaller.",
      });
  }
};
