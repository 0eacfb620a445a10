/** The predictive distribution of a network in one pass, without samples. */

import { ConfigError } from "../errors.ts";
import {
  binaryMoments,
  convolutionMomentPotential,
  denseMomentPotential,
  type Moments,
} from "../nn/moments.ts";
import { pooledSpikeMean, spikeMean } from "../nn/neuron.ts";
import { windowUnits } from "../nn/pooled-convolution.ts";
import { add, divide, multiply, negate, sqrt, square } from "../tensor/elementwise.ts";
import { gemm } from "../tensor/gemm.ts";
import { reshape } from "../tensor/layout.ts";
import { averagePool2d } from "../tensor/pool.ts";
import { softmax } from "../tensor/softmax.ts";
import type { Tensor, TensorsByName } from "../tensor/tensor.ts";
import { conventionalLayer, convolutionOptions, synapsesOf } from "./layer-maps.ts";
import { isStochastic, type PlacedLayer, placeLayers, requireSpikesAlone } from "./layers.ts";
import type { Network } from "./network.ts";

/**
 * [batch, classes] approximate mean probabilities of a network of stochastic neurons, for encoded images x. Units are
 * taken as independent and sums as normal; the mean of the softmax over normal logits is MacKay's approximation,
 * softmax(mu / sqrt(1 + pi/8 sigma^2)) (Neural Computation 4, 1992, "The evidence framework", class by class).
 */
export const propagateMoments = (network: Network, parameters: TensorsByName, x: Tensor): Tensor => {
  requireSpikesAlone(network, "moment propagation");
  const layers = placeLayers(network).slice(0, -1);
  const first = layers.findIndex(isStochastic);
  const entering = layers
    .slice(0, first)
    .reduce((z, placed) => conventionalLayer(placed, parameters)(z, {}), x);
  const input: Moments = { mean: entering, variance: multiply(0, entering) };
  const features = layers
    .slice(first)
    .reduce((z, placed) => layerMoments(network, placed, parameters, z), input);
  const { mean, variance } = flat(features);
  const weight = parameters["readout.weight"]!;
  const logits = add(gemm(mean, weight, { transB: true }), parameters["readout.bias"]!);
  const spread = gemm(variance, square(weight), { transB: true });
  return softmax(divide(logits, sqrt(add(1, multiply(Math.PI / 8, spread)))));
};

const layerMoments = (
  { name: network, noise }: Network,
  { layer, name, neuron }: PlacedLayer,
  parameters: TensorsByName,
  z: Moments,
): Moments => {
  if (layer.type === "averagePool") return averageMoments(z, layer.size);
  if (neuron !== "nsm")
    throw new ConfigError(`moment propagation, network ${network}, ${name}`, {
      given: `${neuron} neurons after stochastic ones`,
      expected: "layers without noise before all stochastic layers",
      remedy: "Sample the network instead.",
    });
  const synapses = synapsesOf(name, parameters);
  if (layer.type !== "conv2d")
    return binaryMoments(spikeMean(denseMomentPotential(synapses, noise, flat(z))));
  const v = convolutionMomentPotential(synapses, noise, z, convolutionOptions(layer));
  if (layer.pool === 1) return binaryMoments(spikeMean(v));
  return binaryMoments(pooledSpikeMean(windowUnits(negate(v), layer.pool), layer.pool ** 2));
};

/** The variance of a mean of independent units is the mean of their variances over their number. */
const averageMoments = ({ mean, variance }: Moments, size: number): Moments => {
  const average = (x: Tensor): Tensor => averagePool2d(x, { kernel: [size, size] });
  return { mean: average(mean), variance: divide(average(variance), size ** 2) };
};

const flat = ({ mean, variance }: Moments): Moments => ({
  mean: reshape(mean, [mean.shape[0]!, -1]),
  variance: reshape(variance, [variance.shape[0]!, -1]),
});
