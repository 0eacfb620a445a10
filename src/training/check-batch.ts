/** Whether a batch can be trained on at all. */
import { ConfigError } from "../errors.ts";
import { isBatchNormalized } from "../networks/layers/neuron.ts";
import type { Network } from "../networks/network.ts";
import { planOf } from "../networks/plan.ts";
import { sizeOf } from "../tensor/tensor.ts";
import type { TrainingConfiguration } from "./configuration.ts";

/** Elements of the largest array that a step makes: 8 GiB of float32 numbers. */
const LARGEST_ARRAY = 2 ** 31;

/**
 * Throws ConfigError for a batch of which a layer would take or make more than 8 GiB in one array, and for one of a single
 * example where a dense layer is normalised by its batch: then all that it tells would be its bias.
 */
export const checkBatch = (network: Network, { batch }: Pick<TrainingConfiguration, "batch">): void => {
  for (const placed of planOf(network)) {
    const { name, layer, inputShape, unitShape } = placed;
    if (batch === 1 && layer.type === "dense" && isBatchNormalized(placed))
      throw new ConfigError(`training network ${network.name}, ${name}`, {
        given: "batch normalization by batches of one",
        expected: "batches of two or more",
        remedy: "Take a larger batch.",
      });
    const elements = batch * Math.max(sizeOf(inputShape), sizeOf(unitShape));
    if (elements > LARGEST_ARRAY)
      throw new ConfigError(`training network ${network.name}, ${name}`, {
        given: `a batch of ${batch}, whose inputs or units are ${elements} numbers`,
        expected: `at most ${LARGEST_ARRAY}`,
        remedy: "Take a smaller batch, or make the layer smaller.",
      });
  }
};
