/**
 * Batch normalization: Ioffe & Szegedy, ICML 2015.
 *
 *     y = gain (x - mean) / sqrt(variance + EPSILON) + bias
 *
 * with mean and variance of each unit or channel, over the rows of a part of the batch (and the places of a convolution)
 * in training, and the running ones in use. x: [rows, units] or [rows, channels, height, width]; all others [units] or
 * [channels].
 */
import { add, divide, multiply, sqrt, square, subtract } from "../tensor/elementwise.ts";
import { concat, part, reshape } from "../tensor/layout.ts";
import { mean as average } from "../tensor/reduce.ts";
import { type Shape, sizeOf, type Tensor } from "../tensor/tensor.ts";
import { shareRows } from "./rows.ts";

const EPSILON = 1e-5;

/** The part of a running statistic that each batch renews. */
export const RENEWAL = 0.1;

/** The same of each example, where they are learned one at a time. */
export const ONLINE_RENEWAL = 0.01;

/** Rows that statistics are taken of at least, where the batch has as many. */
const LEAST_ROWS = 16;

/**
 * Parts of a batch that are normalised each by itself, whatever the device and the number of threads: its halves, so
 * that two replicas need no other's rows. "Ghost batches": Hoffer, Hubara & Soudry, NeurIPS 2017.
 */
export const normalizedParts = (batch: number): number => (batch >= 2 * LEAST_ROWS ? 2 : 1);

export interface Statistics {
  readonly mean: Tensor;
  readonly variance: Tensor;
}

/** What is learned of a normalisation. */
export interface Normalization {
  readonly gain: Tensor;
  readonly bias: Tensor;
}

/** All axes but that of the units. */
const axesOfUnit = (x: Tensor): readonly number[] =>
  x.shape.map((_, axis) => axis).filter((axis) => axis !== 1);

/** Mean and variance over the batch; the variance divides by the count, not by one less. */
export const batchStatistics = (x: Tensor): Statistics => {
  const axes = axesOfUnit(x);
  const mean = average(x, axes);
  return { mean, variance: average(square(subtract(x, alongUnits(mean, x.shape))), axes) };
};

/** The variance of the distribution that a batch of shape x was drawn from: without the bias of the count. */
export const unbiased = (variance: Tensor, x: Shape): Tensor => {
  const count = sizeOf(x) / x[1]!;
  return multiply(count / Math.max(1, count - 1), variance);
};

/**
 * x normalised in `parts` parts of its rows, each by its own statistics; and the statistics of the distribution that
 * the batch was drawn from, the means of theirs.
 */
export const normalizeBatch = (
  x: Tensor,
  normalization: Normalization,
  parts: number,
): { readonly normalized: Tensor; readonly statistics: Statistics } => {
  const rows = x.shape[0]!;
  const found = shareRows(rows, parts).map(({ start, end }) => {
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
 * x normalised by the running statistics as they stand, of which no gradient is taken: what is left of batch
 * normalization where examples come one at a time. They are renewed by the mean of x and its mean square distance from
 * the running mean.
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

export const normalize = (x: Tensor, statistics: Statistics, normalization: Normalization): Tensor => {
  const { slope, offset } = affine(statistics, normalization);
  return add(multiply(x, alongUnits(slope, x.shape)), alongUnits(offset, x.shape));
};

/** [units] so that it meets x along axis 1. */
const alongUnits = (values: Tensor, x: Shape): Tensor => reshape(values, [-1, ...x.slice(2).map(() => 1)]);

/** Weights and bias of the layer whose outputs are the normalised ones of a layer with `weight` [units, ...], no bias. */
export const foldedNormalization = (
  weight: Tensor,
  statistics: Statistics,
  normalization: Normalization,
): { readonly weight: Tensor; readonly bias: Tensor } => {
  const { slope, offset } = affine(statistics, normalization);
  return {
    weight: multiply(weight, reshape(slope, [-1, ...weight.shape.slice(1).map(() => 1)])),
    bias: offset,
  };
};

/** The normalisation as y = slope x + offset. */
const affine = ({ mean, variance }: Statistics, { gain, bias }: Normalization) => {
  const slope = scaleOf({ variance }, { gain });
  return { slope, offset: subtract(bias, multiply(mean, slope)) };
};

/** What the normalisation multiplies x by, [units]. */
export const scaleOf = (
  { variance }: Pick<Statistics, "variance">,
  { gain }: Pick<Normalization, "gain">,
): Tensor => divide(gain, sqrt(add(variance, EPSILON)));
