/**
 * Data-dependent initialisation: layer by layer on one batch, beta and b are set so that v has mean 0 and standard
 * deviation 1 over the batch (and over the places of a convolution). After Salimans & Kingma, 2016, section 3.
 */

import { spike } from "../nn/neuron.ts";
import { CERTAIN, type Synapses } from "../nn/potential.ts";
import { sum } from "../tensor/broadcast.ts";
import { divide, maximum, multiply, negate, sqrt, square, subtract } from "../tensor/elementwise.ts";
import { reshape } from "../tensor/layout.ts";
import { cast, greater, less, where } from "../tensor/select.ts";
import { constant, type Tensor, type TensorsByName } from "../tensor/tensor.ts";
import { layerInTraining, layerMean, layerPotential, pooled } from "./layer-maps.ts";
import { isStochastic, type PlacedLayer, parametersOf, placeLayers } from "./layers.ts";
import type { Network } from "./network.ts";
import { noiseOfLayer } from "./noise-inputs.ts";

/** Below this deviation a unit does not answer to the data of the batch at all: it keeps a gain of 1. */
const LEAST_DEVIATION = 1e-3;

/** Stands in for a sum over no unit at all. */
const LEAST_TOTAL = 1e-20;

/** The gains and biases, by name, for a batch of encoded images x and the noise of one pass. */
export const dataInitialization = (
  network: Network,
  weights: TensorsByName,
  x: Tensor,
  noise: TensorsByName,
): TensorsByName => {
  const found: Record<string, Tensor> = {};
  let z = x;
  for (const placed of placeLayers(network)) {
    if (placed.layer.type === "readout") break;
    const own = noiseOfLayer(placed, noise);
    if (!isStochastic(placed)) {
      z = layerInTraining(placed, weights)(z, own);
      continue;
    }
    const { name } = placed;
    const { gain, bias } = standardize(network, placed, weights[`${name}.weight`]!, z);
    found[`${name}.gain`] = gain;
    found[`${name}.bias`] = bias;
    z = pooled(placed, spike(layerMean(network, placed, { ...weights, ...found })(z), own.uniform!));
  }
  return found;
};

/**
 * v is linear in beta and b: v = beta t + b r, with t the v of (beta, b) = (1, 0) and r that of (0, 1). Zero mean asks
 * for b = -sum(beta t) / sum(r), so that with one beta v = beta (t - r sum(t) / sum(r)), and beta is 1 over the
 * deviation of the bracket. With a beta for each location, which share their b, the bracket is that of the location by
 * itself: exact where r does not depend on z. Units without active inputs (v = +-CERTAIN) are left out.
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
    layerPotential(network, placed, { weight, gain: constant(gain, shape), bias: constant(bias, units) })(z);
  const [slopes, offsets] = [potential(1, 0), potential(0, 1)];
  // |t| <= sqrt(fan in) < CERTAIN, by Cauchy and Schwarz.
  const active = less(slopes, CERTAIN);
  const [t, r] = [where(active, slopes, 0), where(active, offsets, 0)];
  const places = placed.layer.type === "conv2d" ? [0, 2, 3] : [0];
  const axes = shape.length === 1 ? places : [0];
  const ratio = (over: readonly number[], x: Tensor): Tensor =>
    divide(sum(x, over, true), maximum(sum(r, over, true), LEAST_TOTAL));
  const centred = subtract(t, multiply(r, ratio(axes, t)));
  const count = maximum(sum(cast(active, "float32"), axes, true), 1);
  const deviation = sqrt(divide(sum(square(centred), axes, true), count));
  const gain = where(greater(deviation, LEAST_DEVIATION), divide(1, maximum(deviation, LEAST_DEVIATION)), 1);
  const bias = negate(ratio(places, multiply(gain, t)));
  return { gain: reshape(gain, shape), bias: reshape(bias, units) };
};
