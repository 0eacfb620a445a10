/**
 * The argument of erf in equation (3), for dense and convolutional layers under the unit law:
 *
 *     v_i = (beta_i sum_j w_ij z_j + b_i / (sqrt(2) s)) / sqrt(sum_j w_ij^2 z_j^2),   s^2 = Var(xi)
 *
 * For z in {-1, +1} the root is ||w_i||_2: the weights normalise themselves.
 */

import { type ConvolutionOptions, conv2d } from "../tensor/convolution.ts";
import { add, divide, multiply, sqrt, square } from "../tensor/elementwise.ts";
import { reshape } from "../tensor/layout.ts";
import { gemm } from "../tensor/matmul.ts";
import { norm } from "../tensor/reduce.ts";
import { constant, type Tensor } from "../tensor/tensor.ts";
import { type Noise, noiseVariance } from "./noise.ts";

/** Parameters of a stochastic layer. */
export interface Synapses {
  /** w: [units, inputs] or [channels, inputs, rows, columns]. */
  readonly weight: Tensor;
  /** beta: one a unit or channel, [units]; of a convolution also one a location, [channels, height, width]. */
  readonly gain: Tensor;
  /** b: [units] or [channels]. */
  readonly bias: Tensor;
}

/** b / (sqrt(2) s): the bias in units of the noise. */
export const scaledBias = (bias: Tensor, noise: Noise): Tensor =>
  multiply(1 / Math.sqrt(2 * noiseVariance(noise)), bias);

/** v: [batch, units] for z: [batch, inputs]; `binary` says that z^2 = 1 everywhere. */
export const densePotential = (
  z: Tensor,
  { weight, gain, bias }: Synapses,
  noise: Noise,
  binary: boolean,
): Tensor => {
  const deviation = binary ? norm(weight, [1]) : sqrt(gemm(square(z), square(weight), { transB: true }));
  const drive = gemm(z, weight, { transB: true });
  return binary
    ? add(multiply(drive, divide(gain, deviation)), divide(scaledBias(bias, noise), deviation))
    : divide(add(multiply(drive, gain), scaledBias(bias, noise)), deviation);
};

/** v: [batch, channels, height, width] for images z: [batch, inputs, height, width]. */
export const convolutionPotential = (
  z: Tensor,
  synapses: Synapses,
  noise: Noise,
  binary: boolean,
  options: ConvolutionOptions = {},
): Tensor => {
  if (isFoldable(synapses, binary, options)) {
    const { weight, bias } = foldedWeights(synapses, noise);
    return conv2d(z, weight, options, bias);
  }
  const { weight, gain, bias } = synapses;
  const power = binary ? constant(1, [1, ...z.shape.slice(1)]) : square(z);
  const deviation = sqrt(conv2d(power, square(weight), options));
  const drive = multiply(conv2d(z, weight, options), perChannel(gain));
  return divide(add(drive, perChannel(scaledBias(bias, noise))), deviation);
};

/** Whether all locations share norm and gain, so that both can be folded into the weights. */
export const isFoldable = (
  { gain }: Synapses,
  binary: boolean,
  { pads = [0, 0, 0, 0] }: ConvolutionOptions,
): boolean => binary && gain.shape.length === 1 && pads.every((amount) => amount === 0);

/** beta w / ||w|| and b / (sqrt(2) s ||w||): small tensors, so that the layer is one convolution. */
export const foldedWeights = (
  { weight, gain, bias }: Synapses,
  noise: Noise,
): { weight: Tensor; bias: Tensor } => {
  const deviation = norm(weight, [1, 2, 3]);
  return {
    weight: multiply(weight, reshape(divide(gain, deviation), [-1, 1, 1, 1])),
    bias: divide(scaledBias(bias, noise), deviation),
  };
};

/** [channels] as [channels, 1, 1], so that it meets images; a value a location stays as it is. */
export const perChannel = (x: Tensor): Tensor => (x.shape.length === 1 ? reshape(x, [-1, 1, 1]) : x);
