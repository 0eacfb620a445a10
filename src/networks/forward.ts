/** The forward pass of a network as an expression: images and noise in, sampled spikes on the way, logits out. */
import type { Estimator } from "../nn/estimators.ts";
import { spike } from "../nn/neuron.ts";
import { input, sizeOf, type Tensor, type TensorsByName } from "../tensor/tensor.ts";
import { passThrough, type Stage } from "./in-chunks.ts";
import {
  batchNormalizedLayer,
  dropConnections,
  type LayerMap,
  layerMap,
  layerMean,
  type NormalizedBy,
  pooled,
} from "./layer-maps.ts";
import {
  drawnShape,
  isBatchNormalized,
  isNoisy,
  isStochastic,
  type PlacedLayer,
  parametersOf,
  placeLayers,
} from "./layers.ts";
import type { Network } from "./network.ts";
import { type LayerNoise, noiseOfLayer } from "./noise-inputs.ts";
import { CACHED, type Passage } from "./passage.ts";

/** The network's parameters as inputs of a program, by name. */
export const parameterInputs = (network: Network): TensorsByName =>
  Object.fromEntries(parametersOf(network).map(({ name, shape }) => [name, input(name, shape)]));

/**
 * [batch, classes] logits of images x [batch, channels, height, width], encoded as the network wants them, with the
 * random numbers of `noiseInputs`.
 */
export const forward = (
  network: Network,
  parameters: TensorsByName,
  x: Tensor,
  noise: TensorsByName,
  passage: Passage = CACHED,
): Tensor => {
  const stages = placeLayers(network).map((placed) =>
    stage(placed, layerMap(network, placed, parameters, passage), noise),
  );
  return passThrough(stages, x, passage);
};

export interface TrainingPass {
  readonly passage?: Passage | undefined;
  /** Of batch normalization; the whole batch as one part unless given. */
  readonly normalizedBy?: NormalizedBy;
  readonly estimator?: Estimator;
}

/** The pass of training: logits, and by their names the mean and variance of what each batch normalization met. */
export const trainingForward = (
  network: Network,
  parameters: TensorsByName,
  x: Tensor,
  noise: TensorsByName,
  { passage = CACHED, normalizedBy = 1, estimator = "erf" }: TrainingPass = {},
): { readonly logits: Tensor; readonly statistics: TensorsByName } => {
  const statistics: Record<string, Tensor> = {};
  const connected = dropConnections(network, parameters, noise);
  const stages = placeLayers(network).flatMap((placed) => {
    if (!isBatchNormalized(placed))
      return [stage(placed, layerMap(network, placed, connected, passage, estimator), noise)];
    const { drive, normalize, activate } = batchNormalizedLayer(placed, connected, normalizedBy, estimator);
    const whole: LayerMap = (y) => {
      const found = normalize(y);
      statistics[`${placed.name}.mean`] = found.statistics.mean;
      statistics[`${placed.name}.variance`] = found.statistics.variance;
      return found.normalized;
    };
    return [
      stage(placed, drive, {}),
      { ...stage(placed, whole, {}), inChunks: false },
      stage(placed, activate, noise),
    ];
  });
  const logits = passThrough(stages, x, passage);
  return { logits, statistics };
};

/**
 * What is the same for every pass of the same images x: what enters the first noisy layer; of stochastic neurons rather
 * E(z), which the noise is compared with. The network has a noisy layer.
 */
export const sharedByPasses = (
  network: Network,
  parameters: TensorsByName,
  x: Tensor,
  passage: Passage = CACHED,
): Tensor => {
  const { before, first } = atFirstNoise(network);
  const stages = before.map((placed) => stage(placed, layerMap(network, placed, parameters, passage), {}));
  const mean = isStochastic(first) ? [stage(first, layerMean(network, first, parameters, passage), {})] : [];
  return passThrough([...stages, ...mean], x, passage);
};

/** Logits of one pass, given what `sharedByPasses` gave for the images. */
export const passFromShared = (
  network: Network,
  parameters: TensorsByName,
  shared: Tensor,
  noise: TensorsByName,
  passage: Passage = CACHED,
): Tensor => {
  const { first, after } = atFirstNoise(network);
  const draw: LayerMap = (m, { uniform }) => pooled(first, spike(m, uniform!));
  const through = (placed: PlacedLayer): Stage =>
    stage(placed, layerMap(network, placed, parameters, passage), noise);
  // Of stochastic neurons only the comparison with the noise is left: no tensor of it is wider than its output.
  const entry = isStochastic(first)
    ? { ...stage(first, draw, noise), width: sizeOf(drawnShape(first)) }
    : through(first);
  return passThrough([entry, ...after.map(through)], shared, passage);
};

const atFirstNoise = (network: Network) => {
  const layers = placeLayers(network);
  const at = layers.findIndex((placed) => isNoisy(network, placed));
  return { before: layers.slice(0, at), first: layers[at]!, after: layers.slice(at + 1) };
};

const stage = (placed: PlacedLayer, map: LayerMap, noise: TensorsByName): Stage => ({
  map,
  noise: batchNoise(placed, noise),
  width: sizeOf(placed.unitShape),
  inChunks: placed.layer.type === "conv2d" || placed.layer.type === "averagePool",
});

/** What a layer takes of each image's own. */
const batchNoise = (placed: PlacedLayer, noise: TensorsByName): LayerNoise => {
  const { dropConnect: _weights, ...own } = noiseOfLayer(placed, noise);
  return own;
};
