/** Moment propagation: the predictive distribution of a network in one pass, without sampling. */
import type { Moments } from "../../nn/moments.ts";
import { add, divide, multiply, sqrt } from "../../tensor/elementwise.ts";
import { softmax } from "../../tensor/softmax.ts";
import type { Tensor, TensorsByName } from "../../tensor/tensor.ts";
import { kindOf } from "../layers/kinds.ts";
import { isStochastic } from "../layers/neuron-options.ts";
import { outputMoments } from "../layers/stochastic.ts";
import type { Network } from "../network.ts";
import { requireOnlySpikeNoise } from "../plan.ts";
import { layerMap } from "./draw.ts";
import { walk } from "./walk.ts";

/**
 * Approximate mean probabilities [batch, classes] of a network of stochastic neurons, for encoded images x.
 * Units are assumed independent and sums normal. The mean of the softmax over normal logits is MacKay's
 * approximation, applied class by class: softmax(mu / sqrt(1 + pi/8 sigma^2)) (Neural Computation 4, 1992,
 * "The evidence framework"). Throws ConfigError, naming the layer, if a layer has no closed-form moments.
 */
export const propagateMoments = (network: Network, parameters: TensorsByName, x: Tensor): Tensor => {
  requireOnlySpikeNoise(network, "moment propagation");
  const { mean, variance = multiply(0, mean) } = walk<Moments>(network, { mean: x }, (plan, inputs) => {
    if (isStochastic(plan)) {
      const v = kindOf(plan.layer).moments(plan, parameters, inputs);
      return outputMoments(plan, v, parameters);
    }
    if (inputs.some((z) => z.variance)) return kindOf(plan.layer).moments(plan, parameters, inputs);
    return {
      mean: layerMap(plan, parameters)(
        inputs.map((z) => z.mean),
        {},
      ),
    };
  });
  return softmax(divide(mean, sqrt(add(1, multiply(Math.PI / 8, variance)))));
};
