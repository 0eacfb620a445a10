/**
 * The synapse law: equation (4) with every xi_ij drawn. Slow, but exact for any noise and any fan-in. It
 * checks the unit law and admits the noise of a device.
 *
 *     u_i = sum_j (xi_ij + a_i) w_ij z_j + b_i,   z_i = sgn(u_i), sgn(0) = +1
 */

import { sum } from "../tensor/broadcast.ts";
import { type ConvolutionOptions, windowsOf } from "../tensor/convolution.ts";
import { add, multiply, subtract } from "../tensor/elementwise.ts";
import { reshape, transpose } from "../tensor/layout.ts";
import { matmul } from "../tensor/matmul.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { signOf } from "./neuron.ts";
import { type Noise, noiseMean, noiseVariance } from "./noise/noise.ts";
import type { Synapses } from "./potential.ts";

/**
 * Offset a = beta sqrt(2 Var(xi)) - E(xi) that gives a unit the gain beta: the last column of the paper's
 * table, solved for a.
 */
const offset = (gain: Tensor, noise: Noise): Tensor =>
  subtract(multiply(Math.sqrt(2 * noiseVariance(noise)), gain), noiseMean(noise));

/** u [batch, units] of a dense layer, for z [batch, inputs] and xi [batch, units, inputs]. */
export const denseSynapses = (
  z: Tensor,
  xi: Tensor,
  { weight, gain, bias }: Synapses,
  noise: Noise,
): Tensor => {
  const efficacy = multiply(add(xi, reshape(offset(gain, noise), [-1, 1])), weight);
  const u = matmul(efficacy, reshape(z, [z.shape[0]!, -1, 1]));
  return add(reshape(u, [z.shape[0]!, -1]), bias);
};

/**
 * u [batch, channels, height, width] of a convolution, for images z and xi [batch, channels, height x width,
 * taps]: one factor per synapse of every unit, with taps in the order [input channel, row, column].
 */
export const convolutionSynapses = (
  z: Tensor,
  xi: Tensor,
  { weight, gain, bias }: Synapses,
  noise: Noise,
  options: ConvolutionOptions,
): Tensor => {
  const windows = windowsOf(z, weight.shape.slice(1), options);
  const [batch, taps, height, width] = windows.shape as [number, number, number, number];
  const channels = weight.shape[0]!;
  const shift = reshape(offset(gain, noise), [channels, -1, 1]);
  const efficacy = multiply(add(xi, shift), reshape(weight, [channels, 1, taps]));
  const presynaptic = transpose(reshape(windows, [batch, 1, taps, height * width]), [0, 1, 3, 2]);
  const u = sum(multiply(efficacy, presynaptic), [3]);
  return add(reshape(u, [batch, channels, height, width]), reshape(bias, [-1, 1, 1]));
};

/** Spike z = sgn(u), with sgn(0) = +1: equation (1). */
export const threshold = signOf;
