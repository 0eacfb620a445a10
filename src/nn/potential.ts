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
import { gemm } from "../tensor/gemm.ts";
import { reshape } from "../tensor/layout.ts";
import { greaterEqual, lessEqual, where } from "../tensor/select.ts";
import { constant, type Shape, type Tensor } from "../tensor/tensor.ts";
import { borderRatio } from "./border.ts";
import { type Noise, noiseVariance } from "./noise/noise.ts";
import { normalizedWeight, weightNorm } from "./weight-norm.ts";

/** Parameters of a stochastic layer. */
export interface Synapses {
  /** w: [units, inputs] or [channels, inputs, rows, columns]. */
  readonly weight: Tensor;
  /** beta: one a unit or channel, [units]; of a convolution also one a location, [channels, height, width]. */
  readonly gain: Tensor;
  /** b: [units] or [channels]. */
  readonly bias: Tensor;
  /** ||w_i||, `weightNorm`: [units] or [channels]; computed from w unless given. */
  readonly norm?: Tensor;
}

const normOf = ({ weight, norm }: Synapses): Tensor => norm ?? weightNorm(weight);

/** Maps a layer's inputs to its units' v. */
export type Potential = (z: Tensor) => Tensor;

/** b / (sqrt(2) s): the bias in units of the noise. */
export const scaledBias = (bias: Tensor, noise: Noise): Tensor =>
  multiply(1 / Math.sqrt(2 * noiseVariance(noise)), bias);

/** z: [batch, inputs] to v: [batch, units]; `binary` says that z^2 = 1 everywhere. */
export const densePotential = (synapses: Synapses, noise: Noise, binary: boolean): Potential => {
  const { weight, gain, bias } = synapses;
  const shift = scaledBias(bias, noise);
  const drive = (z: Tensor): Tensor => gemm(z, weight, { transB: true });
  if (binary) {
    const deviation = normOf(synapses);
    const [slope, offset] = [divide(gain, deviation), divide(shift, deviation)];
    return (z) => add(multiply(drive(z), slope), offset);
  }
  const squares = square(weight);
  return (z) =>
    standardized(add(multiply(drive(z), gain), shift), gemm(square(z), squares, { transB: true }), shift);
};

/** v of a saturated unit, whose spike is no longer random: erf(v) = 1 in float32, and the derivative of erf is 0. More than sqrt(fan in). */
export const SATURATED = 2 ** 20;

/**
 * v = mean / sqrt(power), where `shift` is the part of `mean` that is left when no input is active. A unit all of
 * whose inputs are 0 has no variance: u = b, and its spike is sgn(b), sgn(0) = +1, by (1).
 */
export const standardized = (mean: Tensor, power: Tensor, shift: Tensor): Tensor =>
  where(
    isSilent(power),
    where(greaterEqual(shift, 0), SATURATED, -SATURATED),
    divide(mean, deviation(power)),
  );

const isSilent = (power: Tensor): Tensor => lessEqual(power, 0);

/** sqrt(power), but 1 where that is 0: nothing divides by 0, neither here nor in the gradient. */
const deviation = (power: Tensor): Tensor => sqrt(positive(power));

/** A sum of squares, but 1 where it is 0. */
export const positive = (power: Tensor): Tensor => where(isSilent(power), 1, power);

/** z: [batch, inputs, height, width] to v: [batch, channels, height, width]; `inputShape` is that of one z. */
export const convolutionPotential = (
  synapses: Synapses,
  noise: Noise,
  binary: boolean,
  inputShape: Shape,
  options: ConvolutionOptions = {},
): Potential => {
  if (isFoldable(synapses, binary, options)) return foldedConvolution(synapses, noise, inputShape, options);
  const { weight, gain, bias } = synapses;
  const squares = square(weight);
  const shift = perChannel(scaledBias(bias, noise));
  const power = (z2: Tensor): Tensor => conv2d(z2, squares, options);
  if (binary) {
    const inside = power(constant(1, [1, ...inputShape]));
    const [slope, offset] = [divide(perChannel(gain), deviation(inside)), standardized(shift, inside, shift)];
    return (z) => add(multiply(conv2d(z, weight, options), slope), offset);
  }
  return (z) =>
    standardized(add(multiply(conv2d(z, weight, options), perChannel(gain)), shift), power(square(z)), shift);
};

/**
 * Whether all locations share gain and norm, but for a factor at a padded border, so that both can be folded into the
 * weights.
 */
export const isFoldable = (
  { gain, weight }: Synapses,
  binary: boolean,
  { pads = [0, 0, 0, 0], strides = [1, 1], dilations = [1, 1], groups = 1 }: ConvolutionOptions,
): boolean => {
  if (!binary || gain.shape.length > 1) return false;
  if (pads.every((amount) => amount === 0)) return true;
  const plain = [...strides, ...dilations, groups].every((step) => step === 1);
  const [least, most] = [Math.min(...pads), Math.max(...pads)];
  return plain && least === most && most < Math.min(...weight.shape.slice(2));
};

/** One convolution with folded weights and, if it is padded, the factor of the units at the border. */
export const foldedConvolution = (
  synapses: Synapses,
  noise: Noise,
  inputShape: Shape,
  options: ConvolutionOptions,
): Potential => {
  const { weight, bias } = foldedWeights(synapses, noise);
  const convolve: Potential = (z) => conv2d(z, weight, options, bias);
  const pad = options.pads?.[0] ?? 0;
  if (pad === 0) return convolve;
  const [, , rows, columns] = weight.shape as [number, number, number, number];
  const size = [inputShape[1]! + 2 * pad - rows + 1, inputShape[2]! + 2 * pad - columns + 1] as const;
  const ratio = borderRatio(synapses.weight, normOf(synapses), pad, size);
  return (z) => multiply(convolve(z), ratio);
};

export interface Folded {
  readonly weight: Tensor;
  readonly bias: Tensor;
}

/** beta w / ||w|| and b / (sqrt(2) s ||w||): small tensors, so that the layer is one convolution. */
export const foldedWeights = (synapses: Synapses, noise: Noise): Folded => {
  const { weight, gain, bias } = synapses;
  const deviation = normOf(synapses);
  return {
    weight: normalizedWeight(weight, gain, deviation),
    bias: divide(scaledBias(bias, noise), deviation),
  };
};

/** [channels] as [channels, 1, 1], so that it meets images; a value a location stays as it is. */
export const perChannel = (x: Tensor): Tensor => (x.shape.length === 1 ? reshape(x, [-1, 1, 1]) : x);
