/** What drives the neurons of the last hidden layer: the input whose drift during training is internal covariate shift. */
import type { Tensor, TensorsByName } from "../tensor/tensor.ts";
import { layerInTraining, layerMap, layerPotential, linearInTraining, synapsesOf } from "./layer-maps.ts";
import { isStochastic, placeLayers } from "./layers.ts";
import type { Network } from "./network.ts";
import { noiseOfLayer } from "./noise-inputs.ts";
import { WHOLE } from "./passage.ts";

/**
 * Of one pass of encoded images x: v of stochastic neurons, of others w z + b, normalised where the layer normalises (by
 * this batch): [batch, ...units], before any pooling.
 */
export const lastHiddenInput = (
  network: Network,
  parameters: TensorsByName,
  x: Tensor,
  noise: TensorsByName,
): Tensor => {
  const layers = placeLayers(network);
  const last = layers.findLastIndex(({ neuron }) => neuron !== undefined);
  const entering = layers
    .slice(0, last)
    .reduce(
      (z, placed) =>
        (isStochastic(placed)
          ? layerMap(network, placed, parameters, WHOLE)
          : layerInTraining(placed, parameters))(z, noiseOfLayer(placed, noise)),
      x,
    );
  const placed = layers[last]!;
  return isStochastic(placed)
    ? layerPotential(network, placed, synapsesOf(placed.name, parameters))(entering)
    : linearInTraining(placed, parameters)(entering, {});
};
