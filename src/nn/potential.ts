/**
 * The argument of erf in equation (3), for dense and convolutional layers under the unit law:
 *
 *     v_i = (beta_i sum_j w_ij z_j + b_i / (sqrt(2) s)) / sqrt(sum_j w_ij^2 z_j^2),   s^2 = Var(xi)
 *
 * For z in {-1, +1} the root is ||w_i||_2: the weights normalise themselves. Each function takes the parameters first,
 * so that what does not depend on z is one expression however many batches of z follow.
 */
import { type ConvolutionOptions, conv2d } from "../tensor/convolution.ts";
import { add, divide, multiply, sqrt, square } from "../tensor/elementwise.ts";
import { reshape } from "../tensor/layout.ts";
import { gemm } from "../tensor/matmul.ts";
import { norm } from "../tensor/reduce.ts";
import { constant, type Shape, type Tensor } from "../tensor/tensor.ts";
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

/** Maps a layer's inputs to its units' v. */
export type Potential = (z: Tensor) => Tensor;

/** b / (sqrt(2) s): the bias in units of the noise. */
export const scaledBias = (bias: Tensor, noise: Noise): Tensor =>
  multiply(1 / Math.sqrt(2 * noiseVariance(noise)), bias);

/** z: [batch, inputs] to v: [batch, units]; `binary` says that z^2 = 1 everywhere. */
export const densePotential = (
  { weight, gain, bias }: Synapses,
  noise: Noise,
  binary: boolean,
): Potential => {
  const shift = scaledBias(bias, noise);
  const drive = (z: Tensor): Tensor => gemm(z, weight, { transB: true });
  if (binary) {
    const deviation = norm(weight, [1]);
    const [slope, offset] = [divide(gain, deviation), divide(shift, deviation)];
    return (z) => add(multiply(drive(z), slope), offset);
  }
  const squares = square(weight);
  return (z) =>
    divide(add(multiply(drive(z), gain), shift), sqrt(gemm(square(z), squares, { transB: true })));
};

/** z: [batch, inputs, height, width] to v: [batch, channels, height, width]; `inputShape` is that of one z. */
export const convolutionPotential = (
  synapses: Synapses,
  noise: Noise,
  binary: boolean,
  inputShape: Shape,
  options: ConvolutionOptions = {},
): Potential => {
  if (isFoldable(synapses, binary, options)) {
    const { weight, bias } = foldedWeights(synapses, noise);
    return (z) => conv2d(z, weight, options, bias);
  }
  const { weight, gain, bias } = synapses;
  const squares = square(weight);
  const shift = perChannel(scaledBias(bias, noise));
  const deviation = (power: Tensor): Tensor => sqrt(conv2d(power, squares, options));
  const bordered = binary ? deviation(constant(1, [1, ...inputShape])) : undefined;
  return (z) =>
    divide(
      add(multiply(conv2d(z, weight, options), perChannel(gain)), shift),
      bordered ?? deviation(square(z)),
    );
};

/** Whether all locations share norm and gain, so that both can be folded into the weights. */
export const isFoldable = (
  { gain }: Synapses,
  binary: boolean,
  { pads = [0, 0, 0, 0] }: ConvolutionOptions,
): boolean => binary && gain.shape.length === 1 && pads.every((amount) => amount === 0);

export interface Folded {
  readonly weight: Tensor;
  readonly bias: Tensor;
}

/** beta w / ||w|| and b / (sqrt(2) s ||w||): small tensors, so that the layer is one convolution. */
export const foldedWeights = ({ weight, gain, bias }: Synapses, noise: Noise): Folded => {
  const deviation = norm(weight, [1, 2, 3]);
  return {
    weight: multiply(weight, reshape(divide(gain, deviation), [-1, 1, 1, 1])),
    bias: divide(scaledBias(bias, noise), deviation),
  };
};

/** [channels] as [channels, 1, 1], so that it meets images; a value a location stays as it is. */
export const perChannel = (x: Tensor): Tensor => (x.shape.length === 1 ? reshape(x, [-1, 1, 1]) : x);
