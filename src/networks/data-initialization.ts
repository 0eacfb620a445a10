/**
 * Data-dependent initialisation: layer by layer on one batch, beta and b are set so that v has mean 0 and standard
 * deviation 1 over the batch (and over the places of a convolution). After Salimans & Kingma, 2016, section 3.
 */

import { spike } from "../nn/neuron.ts";
import type { Noise } from "../nn/noise.ts";
import { convolutionPotential, densePotential, type Potential, type Synapses } from "../nn/potential.ts";
import { divide, maximum, multiply, sqrt, square, subtract } from "../tensor/elementwise.ts";
import { reshape } from "../tensor/layout.ts";
import { mean } from "../tensor/reduce.ts";
import { constant, type Tensor } from "../tensor/tensor.ts";
import {
  convolutionOptions,
  deterministicLayer,
  layerMean,
  type TensorsByName,
  uniformName,
} from "./forward.ts";
import { isStochastic, type PlacedLayer, parametersOf, placeLayers } from "./layers.ts";
import type { Network } from "./network.ts";

/** Below this deviation a unit does not answer to the data at all, and no gain would help. */
const LEAST_DEVIATION = 1e-3;

/** The gains and biases, by name, for a batch of encoded images x and the noise of one pass. */
export const dataInitialization = (
  network: Network,
  weights: TensorsByName,
  x: Tensor,
  uniforms: TensorsByName,
): TensorsByName => {
  const found: Record<string, Tensor> = {};
  let z = x;
  for (const placed of placeLayers(network)) {
    if (placed.layer.type === "readout") break;
    if (!isStochastic(network, placed)) {
      z = deterministicLayer(placed, weights)(z);
      continue;
    }
    const { name } = placed;
    const { gain, bias } = standardize(network, placed, weights[`${name}.weight`]!, z);
    found[`${name}.gain`] = gain;
    found[`${name}.bias`] = bias;
    z = spike(layerMean(network, placed, { ...weights, ...found })(z), uniforms[uniformName(name)]!);
  }
  return found;
};

/**
 * v is linear in beta and b: v = beta t + b r, with t the v of (beta, b) = (1, 0) and r that of (0, 1). Hence
 * beta = 1 / std(t) and b = -mean(beta t) / mean(r).
 */
const standardize = (
  network: Network,
  placed: PlacedLayer,
  weight: Tensor,
  z: Tensor,
): Pick<Synapses, "gain" | "bias"> => {
  const shape = parametersOf(network).find(({ name }) => name === `${placed.name}.gain`)!.shape;
  const units = [placed.unitShape[0]!];
  const potential = (gain: number, bias: number): Tensor =>
    potentialOf(network.noise, placed, { weight, gain: constant(gain, shape), bias: constant(bias, units) })(
      z,
    );
  const t = potential(1, 0);
  const r = potential(0, 1);
  const places = placed.layer.type === "conv2d" ? [0, 2, 3] : [0];
  const axes = shape.length === 1 ? places : [0];
  const centred = subtract(t, mean(t, axes, true));
  const deviation = maximum(sqrt(mean(square(centred), axes, true)), LEAST_DEVIATION);
  const gain = divide(1, deviation);
  const bias = divide(multiply(-1, mean(multiply(gain, t), places)), mean(r, places));
  return { gain: reshape(gain, shape), bias: reshape(bias, units) };
};

const potentialOf = (
  noise: Noise,
  { layer, binaryInput, inputShape }: PlacedLayer,
  synapses: Synapses,
): Potential => {
  if (layer.type === "conv2d")
    return convolutionPotential(synapses, noise, binaryInput, inputShape, convolutionOptions(layer));
  const dense = densePotential(synapses, noise, binaryInput);
  return (z) => dense(reshape(z, [z.shape[0]!, -1]));
};
