/**
 * Mean-field approximation: every stochastic unit outputs E(z) = erf(v), given the means of its inputs. One
 * pass without noise. Unlike moment propagation it ignores the variance of the inputs.
 */
import type { Tensor, TensorsByName } from "../../tensor/tensor.ts";
import { isStochastic } from "../layers/neuron-options.ts";
import { outputMean } from "../layers/stochastic.ts";
import type { Network } from "../network.ts";
import { requireOnlySpikeNoise } from "../plan.ts";
import { layerMap, potentialOf } from "./draw.ts";
import { walk } from "./walk.ts";

/**
 * Logits [batch, classes] of encoded images x. Throws ConfigError for a network with noise other than that of
 * spikes.
 */
export const meanForward = (network: Network, parameters: TensorsByName, x: Tensor): Tensor => {
  requireOnlySpikeNoise(network, "the mean field");
  return walk(network, x, (plan, inputs) =>
    isStochastic(plan)
      ? outputMean(plan, potentialOf(plan, parameters)(inputs, {}), parameters)
      : layerMap(plan, parameters)(inputs, {}),
  );
};
