/**
 * Mahalanobis distances of the hidden layers: Gaussian classes of one covariance S about their means m_c (Lee, Lee, Lee &
 * Shin, NeurIPS 2018), relative to one Gaussian of covariance S_0 about the mean of all (Ren, Fort, Liu et al., arXiv
 * 2106.09022), which is about as far from what is unusual in any class as the classes are:
 *
 *     distance = min_c (x - m_c)^T S^-1 (x - m_c)
 *     relative = distance - (x - m)^T S_0^-1 (x - m)
 *
 * x are the means over the passes of all hidden layers, each layer divided by its standard deviation. Both covariances are
 * shrunk, (1 - s) S + s (tr S / n) I, and described in the k principal directions Q of S_0; beyond them each has its mean
 * variance r. With t = Q^T (x - m) and e = ||x - m||^2 - ||t||^2,
 *
 *     (x - m_c)^T S^-1 (x - m_c) = ||W (t - t_c)||^2 + e / r,   W^T W = (Q^T S Q)^-1
 */
import { Matrix } from "ml-matrix";
import { observedLayers } from "../networks/interpreters/observe.ts";
import type { Network } from "../networks/network.ts";
import type { Engine } from "../runtime/engine.ts";
import { sum } from "../tensor/broadcast.ts";
import { add, maximum, multiply, negate, square, subtract } from "../tensor/elementwise.ts";
import { gemm } from "../tensor/gemm.ts";
import { part, reshape } from "../tensor/layout.ts";
import { max } from "../tensor/reduce.ts";
import type { Tensor, TensorsByName } from "../tensor/tensor.ts";
import type { DetectorKind, FittedArrays } from "./detector.ts";
import { type Evidence, hiddenPart } from "./evidence.ts";
import { layerScales } from "./layer-scales.ts";
import { principalSubspace, symmetricEigen } from "./principal-subspace.ts";
import type { TrainingStatistics } from "./training-statistics.ts";

/** Principal directions that are kept. */
const DIRECTIONS = 128;

/** Share s of the mean variance in every direction. */
const SHRINKAGE = 0.05;

const fit = async (
  network: Network,
  statistics: TrainingStatistics,
  engine: Engine,
): Promise<FittedArrays> => {
  const { counts, sums, gram, origin } = statistics;
  const hidden = origin.length;
  const images = counts.reduce((total, count) => total + count, 0);
  const { mean, scales } = layerScales(network, statistics);
  const inverse = new Float32Array(hidden);
  for (const [k, { start, end }] of observedLayers(network).slice(0, -1).entries())
    inverse.fill(1 / Math.sqrt(scales[k]!), start, end);
  const covariance = gram.map((product, at) => {
    const [row, column] = [Math.floor(at / hidden), at % hidden];
    const shift = (mean[row]! - origin[row]!) * (mean[column]! - origin[column]!);
    return (product / images - shift) * inverse[row]! * inverse[column]!;
  });
  const centres = new Matrix(network.classes, hidden);
  for (const [c, count] of counts.entries())
    for (let h = 0; h < hidden && count > 0; h++)
      centres.set(c, h, (sums[c * hidden + h]! / count - mean[h]!) * inverse[h]!);
  const basis = await principalSubspace(engine, covariance, hidden, Math.min(DIRECTIONS, hidden));
  const between = (rows: Matrix): Matrix => {
    const weighted = rows.clone();
    for (const [c, count] of counts.entries()) weighted.mulRow(c, count / images);
    return rows.transpose().mmul(weighted);
  };
  const whole = Matrix.from1DArray(hidden, hidden, covariance);
  const inBasis = basis.transpose().mmul(whole.mmul(basis));
  const projected = centres.mmul(basis);
  const outside = whole.trace() - centreSpread(centres, counts, images);
  const background = whitened(inBasis, whole.trace(), hidden);
  const classes = whitened(Matrix.sub(inBasis, between(projected)), outside, hidden);
  return {
    mean: vector(mean),
    scale: vector(inverse),
    basis: matrix(basis),
    classes: matrix(classes.whitening),
    centres: matrix(projected.mmul(classes.whitening)),
    background: matrix(background.whitening),
    precisions: vector([classes.precision, background.precision]),
  };
};

/** Trace of the covariance between classes. */
const centreSpread = (centres: Matrix, counts: Float64Array, images: number): number =>
  counts.reduce(
    (total, count, c) =>
      total + (count / images) * centres.getRow(c).reduce((squares, m) => squares + m * m, 0),
    0,
  );

/**
 * Whitening of a shrunk covariance, of which `inBasis` is the part in the basis and `trace` the trace of the whole, and
 * 1 / r beyond the basis (0 where nothing is beyond).
 */
const whitened = (
  inBasis: Matrix,
  trace: number,
  hidden: number,
): { readonly whitening: Matrix; readonly precision: number } => {
  const level = (SHRINKAGE * trace) / hidden;
  const { vectors, values } = symmetricEigen(Matrix.mul(inBasis, 1 - SHRINKAGE));
  const whitening = vectors.clone();
  for (const [k, value] of values.entries())
    whitening.mulColumn(k, 1 / Math.sqrt(Math.max(0, value) + level));
  const beyond = hidden - inBasis.rows;
  const rest = (1 - SHRINKAGE) * Math.max(0, trace - inBasis.trace()) + level * beyond;
  return { whitening, precision: beyond === 0 ? 0 : beyond / rest };
};

const vector = (values: ArrayLike<number>): FittedArrays[string] => ({
  shape: [values.length],
  data: Float32Array.from(values),
});

const matrix = (values: Matrix): FittedArrays[string] => ({
  shape: [values.rows, values.columns],
  data: Float32Array.from(values.to1DArray()),
});

/** The parts of the distances: [images] each. */
const distances = (network: Network, { means }: Evidence<Tensor>, fitted: TensorsByName) => {
  const x = multiply(subtract(hiddenPart(network, means), fitted.mean!), fitted.scale!);
  const t = gemm(x, fitted.basis!);
  const beyond = maximum(subtract(sum(square(x), [1]), sum(square(t), [1])), 0);
  const own = gemm(t, fitted.classes!);
  const centres = fitted.centres!;
  // ||a - c||^2 = ||a||^2 + (||c||^2 - 2 a.c)
  const offsets = subtract(
    reshape(sum(square(centres), [1]), [1, -1]),
    multiply(2, gemm(own, centres, { transB: true })),
  );
  return {
    toClass: add(sum(square(own), [1]), negate(max(negate(offsets), [1]))),
    toAll: sum(square(gemm(t, fitted.background!)), [1]),
    beyond,
    precisionOfClasses: part(fitted.precisions!, 0, 0, 1),
    precisionOfAll: part(fitted.precisions!, 0, 1, 2),
  };
};

/** Squared distance to the nearest class. */
export const mahalanobis: DetectorKind = {
  fit,
  score: (network, evidence, fitted) => {
    const { toClass, beyond, precisionOfClasses } = distances(network, evidence, fitted);
    return add(toClass, multiply(beyond, precisionOfClasses));
  },
};

/** Squared distance to the nearest class less that to all classes together. */
export const relativeMahalanobis: DetectorKind = {
  fit,
  score: (network, evidence, fitted) => {
    const { toClass, toAll, beyond, precisionOfClasses, precisionOfAll } = distances(
      network,
      evidence,
      fitted,
    );
    return add(subtract(toClass, toAll), multiply(beyond, subtract(precisionOfClasses, precisionOfAll)));
  },
};
