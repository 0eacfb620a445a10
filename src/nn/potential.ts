/**
 * The argument of erf in equation (3), for dense and convolutional layers under the unit law:
 *
 *     v_i = (beta_i sum_j w_ij z_j + b_i / (sqrt(2) s)) / sqrt(sum_j w_ij^2 z_j^2),   s^2 = Var(xi)
 *
 * For z in {-1, +1} the root is ||w_i||_2: the neuron normalises its own weights. Where synapses differ in their noise,
 * and on a chip, the sum under the root is sum_j q_ij z_j^2 + c_i with coefficients of its own. Each function takes the
 * parameters first, so that expressions that do not depend on z are shared by all batches.
 */
import { type ConvolutionOptions, conv2d } from "../tensor/convolution.ts";
import { add, divide, multiply, sqrt, square } from "../tensor/elementwise.ts";
import { gemm } from "../tensor/gemm.ts";
import { reshape } from "../tensor/layout.ts";
import { greaterEqual, lessEqual, where } from "../tensor/select.ts";
import { constant, type Shape, type Tensor } from "../tensor/tensor.ts";
import { borderRatio } from "./border.ts";
import { type Noise, noiseVariance } from "./noise/noise.ts";
import { normalizedWeight, rootOfPower, weightNorm } from "./weight-norm.ts";

/** Parameters of a stochastic layer. */
export interface Synapses {
  /** Weights w: [units, inputs] or [channels, inputs, rows, columns]. */
  readonly weight: Tensor;
  /**
   * Gain beta, one per unit or channel: [units]. A convolution may have one per location: [channels, height,
   * width].
   */
  readonly gain: Tensor;
  /** Bias b: [units] or [channels]. */
  readonly bias: Tensor;
  /** Norms ||w_i|| (`weightNorm`): [units] or [channels]; computed from w unless given. */
  readonly norm?: Tensor;
  /** Coefficients q_ij of z_j^2 in the sum under the root, in the shape of w; w^2 unless given. */
  readonly squares?: Tensor;
  /** Constant term c_i of that sum: [units] or [channels]; 0 unless given. */
  readonly constantPower?: Tensor;
}

/** Coefficients q_ij of the sum under the root. */
export const squaresOf = ({ weight, squares }: Synapses): Tensor => squares ?? square(weight);

/** Adds the constant term, if any, to sum_j q_ij z_j^2 of [batch, units] or [batch, channels, height, width]. */
export const withConstant = (power: Tensor, { constantPower }: Synapses): Tensor =>
  constantPower ? add(power, power.shape.length === 4 ? perChannel(constantPower) : constantPower) : power;

/** The root where all inputs are active. */
const normOf = (synapses: Synapses): Tensor => {
  const { weight, norm, squares, constantPower } = synapses;
  if (norm) return norm;
  return squares || constantPower ? rootOfPower(squaresOf(synapses), constantPower) : weightNorm(weight);
};

/** Maps a layer's inputs to the potentials v of its units. */
export type Potential = (z: Tensor) => Tensor;

/** Bias in units of the noise: b / (sqrt(2) s). */
export const scaledBias = (bias: Tensor, noise: Noise): Tensor =>
  multiply(1 / Math.sqrt(2 * noiseVariance(noise)), bias);

/**
 * Potentials of a dense layer: z [batch, inputs] to v [batch, units]. `binary` states that z^2 = 1
 * everywhere.
 */
export const densePotential = (synapses: Synapses, noise: Noise, binary: boolean): Potential => {
  const { weight, gain, bias } = synapses;
  const shift = scaledBias(bias, noise);
  const drive = (z: Tensor): Tensor => gemm(z, weight, { transB: true });
  if (binary) {
    const deviation = normOf(synapses);
    const [slope, offset] = [divide(gain, deviation), divide(shift, deviation)];
    return (z) => add(multiply(drive(z), slope), offset);
  }
  const squares = squaresOf(synapses);
  return (z) =>
    standardized(
      add(multiply(drive(z), gain), shift),
      withConstant(gemm(square(z), squares, { transB: true }), synapses),
      shift,
    );
};

/**
 * v of a saturated unit, whose spike is deterministic: erf(v) is 1 in float32 and its derivative 0. Larger
 * than sqrt(fan-in).
 */
export const SATURATED = 2 ** 20;

/**
 * v = mean / sqrt(power). `shift` is the part of `mean` that remains when no input is active. A unit whose
 * inputs are all 0 has no variance: u = b, and by (1) its spike is sgn(b), with sgn(0) = +1.
 */
export const standardized = (mean: Tensor, power: Tensor, shift: Tensor): Tensor =>
  where(
    isSilent(power),
    where(greaterEqual(shift, 0), SATURATED, -SATURATED),
    divide(mean, deviation(power)),
  );

const isSilent = (power: Tensor): Tensor => lessEqual(power, 0);

/** sqrt(power), but 1 where power is 0, to avoid divisions by 0 here and in the gradient. */
const deviation = (power: Tensor): Tensor => sqrt(positive(power));

/** A sum of squares, but 1 where it is 0. */
export const positive = (power: Tensor): Tensor => where(isSilent(power), 1, power);

/**
 * Potentials of a convolution: z [batch, inputs, height, width] to v [batch, channels, height, width].
 * `inputShape` is the shape of one z.
 */
export const convolutionPotential = (
  synapses: Synapses,
  noise: Noise,
  binary: boolean,
  inputShape: Shape,
  options: ConvolutionOptions = {},
): Potential => {
  if (isFoldable(synapses, binary, options)) return foldedConvolution(synapses, noise, inputShape, options);
  const { weight, gain, bias } = synapses;
  const squares = squaresOf(synapses);
  const shift = perChannel(scaledBias(bias, noise));
  const power = (z2: Tensor): Tensor => withConstant(conv2d(z2, squares, options), synapses);
  if (binary) {
    const inside = power(constant(1, [1, ...inputShape]));
    const [slope, offset] = [divide(perChannel(gain), deviation(inside)), standardized(shift, inside, shift)];
    return (z) => add(multiply(conv2d(z, weight, options), slope), offset);
  }
  return (z) =>
    standardized(add(multiply(conv2d(z, weight, options), perChannel(gain)), shift), power(square(z)), shift);
};

/**
 * Whether gain and norm are the same at all locations, up to a factor at a padded border, so that both can be
 * folded into the weights.
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

/** One convolution with folded weights, times the border factor if it is padded. */
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
  const ratio = borderRatio(squaresOf(synapses), synapses.constantPower, normOf(synapses), pad, size);
  return (z) => multiply(convolve(z), ratio);
};

/** Weight and bias of a layer with everything else folded in. */
export interface Folded {
  readonly weight: Tensor;
  readonly bias: Tensor;
}

/** Folded weights beta w / ||w|| and bias b / (sqrt(2) s ||w||), with which the layer is one convolution. */
export const foldedWeights = (synapses: Synapses, noise: Noise): Folded => {
  const { weight, gain, bias } = synapses;
  const deviation = normOf(synapses);
  return {
    weight: normalizedWeight(weight, gain, deviation),
    bias: divide(scaledBias(bias, noise), deviation),
  };
};

/** Reshapes [channels] to [channels, 1, 1], to broadcast over images; values per location are unchanged. */
export const perChannel = (x: Tensor): Tensor => (x.shape.length === 1 ? reshape(x, [-1, 1, 1]) : x);
