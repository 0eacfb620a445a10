/** A pass whose spikes are numbers like any other: no gradient flows through them, and others may be put in their place. */
import { ConfigError } from "../errors.ts";
import { drawnSpike } from "../nn/estimators.ts";
import type { Tensor, TensorsByName } from "../tensor/tensor.ts";
import { layerMap, layerMean, pooled } from "./layer-maps.ts";
import { isBatchNormalized, isStochastic, placeLayers } from "./layers.ts";
import type { Network } from "./network.ts";
import { noiseOfLayer } from "./noise-inputs.ts";
import { WHOLE } from "./passage.ts";

/** What one stochastic layer drew. */
export interface DrawnLayer {
  /** E(z) given the layer's inputs. */
  readonly mean: Tensor;
  /** The numbers that decided: z = +1 where mean > uniform. */
  readonly uniform: Tensor;
  readonly spikes: Tensor;
  /** The logits, had the layer drawn these spikes, the layers after it by the same numbers. */
  readonly logitsFrom: (spikes: Tensor) => Tensor;
}

export interface DrawnPass {
  readonly logits: Tensor;
  readonly layers: readonly DrawnLayer[];
}

/** Throws ConfigError for a network with batch normalization, by which the rows of a batch depend on each other. */
export const drawnForward = (
  network: Network,
  parameters: TensorsByName,
  x: Tensor,
  noise: TensorsByName,
): DrawnPass => {
  const placed = placeLayers(network);
  refuseBatchNormalization(network);
  const maps = placed.map((each) => layerMap(network, each, parameters, WHOLE, "reinforce"));
  const through = (z: Tensor, first: number): Tensor =>
    maps.slice(first).reduce((y, map, k) => map(y, noiseOfLayer(placed[first + k]!, noise)), z);
  const layers: DrawnLayer[] = [];
  let z = x;
  for (const [k, each] of placed.entries()) {
    const own = noiseOfLayer(each, noise);
    if (!isStochastic(each)) {
      z = maps[k]!(z, own);
      continue;
    }
    const mean = layerMean(network, each, parameters)(z);
    const uniform = own.uniform!;
    const spikes = drawnSpike(mean, uniform);
    layers.push({ mean, uniform, spikes, logitsFrom: (other) => through(pooled(each, other), k + 1) });
    z = pooled(each, spikes);
  }
  return { logits: z, layers };
};

const refuseBatchNormalization = (network: Network): void => {
  const normalized = placeLayers(network).find(isBatchNormalized);
  if (!normalized) return;
  throw new ConfigError(`score functions, network ${network.name}, ${normalized.name}`, {
    given: "batch normalization",
    expected: "layers in which every example goes by itself",
    remedy: "Take another estimator of the gradient, or another network.",
  });
};
