/** What drives the neurons of the last hidden layer: the input whose drift during training is internal covariate shift. */
import type { Tensor, TensorsByName } from "../tensor/tensor.ts";
import { batchNormalizedLayer, layerMap, layerPotential, linearInUse, synapsesOf } from "./layer-maps.ts";
import { isBatchNormalized, isStochastic, placeLayers } from "./layers.ts";
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
  const entering = layers.slice(0, last).reduce((z, placed) => {
    const own = noiseOfLayer(placed, noise);
    if (!isBatchNormalized(placed)) return layerMap(network, placed, parameters, WHOLE)(z, own);
    const { drive, normalize, activate } = batchNormalizedLayer(placed, parameters, 1);
    return activate(normalize(drive(z, own)).normalized, own);
  }, x);
  const placed = layers[last]!;
  if (isStochastic(placed))
    return layerPotential(network, placed, synapsesOf(placed.name, parameters))(entering);
  if (!isBatchNormalized(placed)) return linearInUse(placed, parameters)(entering, {});
  const { drive, normalize } = batchNormalizedLayer(placed, parameters, 1);
  return normalize(drive(entering, {})).normalized;
};
