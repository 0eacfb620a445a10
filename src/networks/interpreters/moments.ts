/** Moment propagation: the predictive distribution of a network in one pass, without samples. */
import { binaryMoments, firingPotential, type Moments } from "../../nn/moments.ts";
import { add, divide, multiply, sqrt } from "../../tensor/elementwise.ts";
import { softmax } from "../../tensor/softmax.ts";
import type { Tensor, TensorsByName } from "../../tensor/tensor.ts";
import { kindOf } from "../layers/kinds.ts";
import { isStochastic, outputMean } from "../layers/neuron.ts";
import type { Network } from "../network.ts";
import { requireSpikesAlone } from "../plan.ts";
import { layerMap } from "./draw.ts";
import { walk } from "./walk.ts";

/**
 * [batch, classes] approximate mean probabilities of a network of stochastic neurons, for encoded images x. Units are
 * taken as independent and sums as normal; the mean of the softmax over normal logits is MacKay's approximation,
 * softmax(mu / sqrt(1 + pi/8 sigma^2)) (Neural Computation 4, 1992, "The evidence framework", class by class). Throws
 * ConfigError, by the layer's name, for a layer that turns what varies into something without moments in closed form.
 */
export const propagateMoments = (network: Network, parameters: TensorsByName, x: Tensor): Tensor => {
  requireSpikesAlone(network, "moment propagation");
  const { mean, variance = multiply(0, mean) } = walk<Moments>(network, { mean: x }, (plan, inputs) => {
    if (isStochastic(plan)) {
      const v = kindOf(plan.layer).moments(plan, parameters, inputs);
      return binaryMoments(outputMean(plan, firingPotential(v)));
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
