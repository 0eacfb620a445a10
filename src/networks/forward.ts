/** The forward pass of a network as an expression: images and noise in, sampled spikes on the way, logits out. */
import { spike } from "../nn/neuron.ts";
import { input, sizeOf, type Tensor } from "../tensor/tensor.ts";
import { passThrough, type Stage } from "./in-chunks.ts";
import {
  batchNormalizedLayer,
  type LayerMap,
  layerMap,
  layerMean,
  type TensorsByName,
} from "./layer-maps.ts";
import { isBatchNormalized, isStochastic, type PlacedLayer, parametersOf, placeLayers } from "./layers.ts";
import type { Network } from "./network.ts";
import { CACHED, type Passage } from "./passage.ts";

/** The network's parameters as inputs of a program, by name. */
export const parameterInputs = (network: Network): TensorsByName =>
  Object.fromEntries(parametersOf(network).map(({ name, shape }) => [name, input(name, shape)]));

/** The name of the input that holds a layer's uniform numbers. */
export const uniformName = (layerName: string): string => `${layerName}.uniform`;

/** What a batch takes under the unit law: for each stochastic layer one number a spike, uniform on (-1, 1). */
export const uniformInputs = (network: Network, batch: number): TensorsByName =>
  Object.fromEntries(
    placeLayers(network)
      .filter(isStochastic)
      .map(({ name, outputShape }) => [uniformName(name), input(uniformName(name), [batch, ...outputShape])]),
  );

/** [batch, classes] logits of images x [batch, channels, height, width], encoded as the network wants them. */
export const forward = (
  network: Network,
  parameters: TensorsByName,
  x: Tensor,
  uniforms: TensorsByName,
  passage: Passage = CACHED,
): Tensor => {
  const stages = placeLayers(network).map((placed) =>
    stage(placed, layerMap(network, placed, parameters, passage), uniforms),
  );
  return passThrough(stages, x, passage);
};

/**
 * The pass of training: logits, and by their names the mean and variance of what each batch normalization met, which
 * takes the rows in `parts` parts, each by itself.
 */
export const trainingForward = (
  network: Network,
  parameters: TensorsByName,
  x: Tensor,
  uniforms: TensorsByName,
  passage: Passage = CACHED,
  parts = 1,
): { readonly logits: Tensor; readonly statistics: TensorsByName } => {
  const statistics: Record<string, Tensor> = {};
  const stages = placeLayers(network).flatMap((placed) => {
    if (!isBatchNormalized(placed))
      return [stage(placed, layerMap(network, placed, parameters, passage), uniforms)];
    const { drive, normalize, activate } = batchNormalizedLayer(placed, parameters, parts);
    const whole: LayerMap = (y) => {
      const found = normalize(y);
      statistics[`${placed.name}.mean`] = found.statistics.mean;
      statistics[`${placed.name}.variance`] = found.statistics.variance;
      return found.normalized;
    };
    return [
      stage(placed, drive, {}),
      { ...stage(placed, whole, {}), inChunks: false },
      stage(placed, activate, {}),
    ];
  });
  const logits = passThrough(stages, x, passage);
  return { logits, statistics };
};

/** E(z) of the first stochastic layer's outputs, which is the same for every sample of the same images x. */
export const firstMean = (
  network: Network,
  parameters: TensorsByName,
  x: Tensor,
  passage: Passage = CACHED,
): Tensor => {
  const layers = placeLayers(network).slice(0, firstStochastic(network) + 1);
  const maps = layers.map((placed, k) =>
    (k === layers.length - 1 ? layerMean : layerMap)(network, placed, parameters, passage),
  );
  return passThrough(
    layers.map((placed, k) => stage(placed, maps[k]!, {})),
    x,
    passage,
  );
};

/** Logits of one sample, given what `firstMean` gave for the images. */
export const forwardFromFirstMean = (
  network: Network,
  parameters: TensorsByName,
  mean: Tensor,
  uniforms: TensorsByName,
  passage: Passage = CACHED,
): Tensor => {
  const [first, ...others] = placeLayers(network).slice(firstStochastic(network));
  const draw: LayerMap = (m, uniform) => spike(m, uniform!);
  // Of the first layer only the comparison with the noise is left: no tensor of it is wider than its output.
  const stages = [
    { ...stage(first!, draw, uniforms), width: sizeOf(first!.outputShape) },
    ...others.map((placed) => stage(placed, layerMap(network, placed, parameters, passage), uniforms)),
  ];
  return passThrough(stages, mean, passage);
};

const firstStochastic = (network: Network): number => placeLayers(network).findIndex(isStochastic);

const stage = ({ name, layer, unitShape }: PlacedLayer, map: LayerMap, uniforms: TensorsByName): Stage => ({
  map,
  uniform: uniforms[uniformName(name)],
  width: sizeOf(unitShape),
  inChunks: layer.type === "conv2d" || layer.type === "averagePool",
});
