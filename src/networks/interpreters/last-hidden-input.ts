/** Input of the last hidden layer's neurons. Its drift during training is the internal covariate shift. */
import type { Tensor, TensorsByName } from "../../tensor/tensor.ts";
import { isStochastic } from "../layers/neuron-options.ts";
import type { Network } from "../network.ts";
import { noiseOfLayer } from "../noise-inputs.ts";
import { lastHidden } from "../plan.ts";
import { layerInTraining, potentialInTraining, sumsInTraining } from "./train.ts";
import { walkAll } from "./walk.ts";

/**
 * Input of the last hidden layer's neurons in one pass of encoded images x, [batch, ...units], before
 * pooling: v of stochastic neurons, w z + b of others, normalised by this batch if the layer normalises.
 */
export const lastHiddenInput = (
  network: Network,
  parameters: TensorsByName,
  x: Tensor,
  noise: TensorsByName,
): Tensor => {
  const last = lastHidden(network);
  const walked = walkAll<Tensor>(network, x, (plan, inputs) => {
    const map =
      plan !== last
        ? layerInTraining(plan, parameters)
        : isStochastic(plan)
          ? potentialInTraining(plan, parameters)
          : sumsInTraining(plan, parameters);
    return map(inputs, plan === last ? {} : noiseOfLayer(plan, noise));
  });
  return walked.get(last.name)!;
};
