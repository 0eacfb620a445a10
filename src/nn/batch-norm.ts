/**
 * Batch normalization: Ioffe & Szegedy, ICML 2015.
 *
 *     y = gain (x - mean) / sqrt(variance + EPSILON) + bias
 *
 * In training, mean and variance of a unit or channel are those of a part of the batch (over rows and, for a
 * convolution, locations); in inference they are the running statistics. x: [rows, units] or [rows, channels,
 * height, width]; gain, bias, mean and variance: [units] or [channels].
 */
import { add, divide, multiply, sqrt, square, subtract } from "../tensor/elementwise.ts";
import { concat, part, reshape } from "../tensor/layout.ts";
import { mean as average } from "../tensor/reduce.ts";
import { type Shape, sizeOf, type Tensor } from "../tensor/tensor.ts";
import { splitRows } from "./rows.ts";
import { scaledUnits } from "./scaled-units.ts";

/** Added to variances. */
export const EPSILON = 1e-5;

/** Momentum of the running statistics: weight of a batch's statistics in them. */
export const MOMENTUM = 0.1;

/** Momentum where examples are learned one at a time. */
export const ONLINE_MOMENTUM = 0.01;

/** Minimum number of rows in a part of the batch. */
const MIN_ROWS = 16;

/**
 * Number of parts of a batch that are normalised separately: two halves, so that two replicas need not
 * exchange statistics. It does not depend on device or threads. "Ghost batches": Hoffer, Hubara & Soudry,
 * NeurIPS 2017.
 */
export const normalizedParts = (batch: number): number => (batch >= 2 * MIN_ROWS ? 2 : 1);

/** Mean and variance of each unit or channel. */
export interface Statistics {
  readonly mean: Tensor;
  readonly variance: Tensor;
}

/** Learned parameters of a normalisation. */
export interface Normalization {
  readonly gain: Tensor;
  readonly bias: Tensor;
}

/** All axes except the units' axis 1. */
export const axesOfUnit = (x: Tensor): readonly number[] =>
  x.shape.map((_, axis) => axis).filter((axis) => axis !== 1);

/** Mean and biased variance over the batch: the variance divides by the count, not by count - 1. */
export const batchStatistics = (x: Tensor): Statistics => {
  const axes = axesOfUnit(x);
  const mean = average(x, axes);
  return { mean, variance: average(square(subtract(x, alongUnits(mean, x.shape))), axes) };
};

/** Unbiased variance, from the biased `variance` of a batch of shape x. */
export const unbiased = (variance: Tensor, x: Shape): Tensor => {
  const count = sizeOf(x) / x[1]!;
  return multiply(count / Math.max(1, count - 1), variance);
};

/**
 * Normalises `parts` parts of the rows, each by its own statistics. Also returns the averages over the parts
 * of mean and unbiased variance, for the running statistics.
 */
export const normalizeBatch = (
  x: Tensor,
  normalization: Normalization,
  parts: number,
): { readonly normalized: Tensor; readonly statistics: Statistics } => {
  const rows = x.shape[0]!;
  const found = splitRows(rows, parts).map(({ start, end }) => {
    const own = part(x, 0, start, end);
    const { mean, variance } = batchStatistics(own);
    const share = (end - start) / rows;
    return {
      normalized: normalize(own, { mean, variance }, normalization),
      mean: multiply(share, mean),
      variance: multiply(share, unbiased(variance, own.shape)),
    };
  });
  const total = (name: keyof Statistics): Tensor => found.map((of) => of[name]).reduce(add);
  return {
    normalized: concat(
      found.map(({ normalized }) => normalized),
      0,
    ),
    statistics: { mean: total("mean"), variance: total("variance") },
  };
};

/**
 * Normalises x by the current running statistics, which have no gradient: batch normalization for batches of one. The
 * returned statistics are the mean of x and its mean squared distance from the running mean.
 */
export const normalizeRunning = (
  x: Tensor,
  running: Statistics,
  normalization: Normalization,
): { readonly normalized: Tensor; readonly statistics: Statistics } => {
  const axes = axesOfUnit(x);
  const distance = subtract(x, alongUnits(running.mean, x.shape));
  return {
    normalized: normalize(x, running, normalization),
    statistics: { mean: average(x, axes), variance: average(square(distance), axes) },
  };
};

/** Normalises x by the given statistics. */
export const normalize = (x: Tensor, statistics: Statistics, normalization: Normalization): Tensor => {
  const { slope, offset } = affine(statistics, normalization);
  return add(multiply(x, alongUnits(slope, x.shape)), alongUnits(offset, x.shape));
};

/** Reshapes [units] so that it broadcasts along axis 1 of x. */
export const alongUnits = (values: Tensor, x: Shape): Tensor =>
  reshape(values, [-1, ...x.slice(2).map(() => 1)]);

/** Weight and bias of the layer with `weight` [units, ...], no bias, and the normalisation folded in. */
export const foldedNormalization = (
  weight: Tensor,
  statistics: Statistics,
  normalization: Normalization,
): { readonly weight: Tensor; readonly bias: Tensor } => {
  const { slope, offset } = affine(statistics, normalization);
  return {
    weight: scaledUnits(weight, slope),
    bias: offset,
  };
};

/** The normalisation as an affine map: y = slope x + offset. */
const affine = ({ mean, variance }: Statistics, { gain, bias }: Normalization) => {
  const slope = scaleOf({ variance }, { gain });
  return { slope, offset: subtract(bias, multiply(mean, slope)) };
};

/** Factor by which the normalisation scales x: [units]. */
export const scaleOf = (
  { variance }: Pick<Statistics, "variance">,
  { gain }: Pick<Normalization, "gain">,
): Tensor => divide(gain, sqrt(add(variance, EPSILON)));
