/**
 * The mean field: every stochastic unit puts out E(z) = erf(v) given the means of its inputs, as if it were not drawn.
 * One pass without noise; what moment propagation keeps, the variance of the inputs, is dropped.
 */
import type { Tensor, TensorsByName } from "../../tensor/tensor.ts";
import { isStochastic, outputMean } from "../layers/neuron.ts";
import type { Network } from "../network.ts";
import { requireSpikesAlone } from "../plan.ts";
import { layerMap, potentialOf } from "./draw.ts";
import { walk } from "./walk.ts";

/** [batch, classes] logits of encoded images x. Throws ConfigError for a network with other noise than that of spikes. */
export const meanForward = (network: Network, parameters: TensorsByName, x: Tensor): Tensor => {
  requireSpikesAlone(network, "the mean field");
  return walk(network, x, (plan, inputs) =>
    isStochastic(plan)
      ? outputMean(plan, potentialOf(plan, parameters)(inputs, {}))
      : layerMap(plan, parameters)(inputs, {}),
  );
};
