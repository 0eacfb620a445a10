/** Fit of the Gaussians of mahalanobis.ts. */
import { Matrix } from "ml-matrix";
import type { DetectorFit, FittedArrays } from "./detector.ts";
import { hiddenLayers } from "./evidence.ts";
import { layerScales } from "./layer-scales.ts";
import { principalSubspace, symmetricEigen } from "./principal-subspace.ts";

/** Principal directions that are kept. */
const DIRECTIONS = 128;

/** Share s of the mean variance in every direction. */
const SHRINKAGE = 0.05;

export const fitMahalanobis: DetectorFit = async (network, statistics, engine) => {
  const { counts, sums, gram, origin } = statistics;
  const hidden = origin.length;
  const images = counts.reduce((total, count) => total + count, 0);
  const { mean, scales } = layerScales(network, statistics);
  const inverse = new Float32Array(hidden);
  for (const [k, { start, end }] of hiddenLayers(network).entries())
    inverse.fill(1 / Math.sqrt(scales[k]!), start, end);
  const covariance = gram.map((product, at) => {
    const [row, column] = [Math.floor(at / hidden), at % hidden];
    const shift = (mean[row]! - origin[row]!) * (mean[column]! - origin[column]!);
    return (product / images - shift) * inverse[row]! * inverse[column]!;
  });
  // A class without images has no centre.
  const present = [...counts.keys()].filter((c) => counts[c]! > 0);
  const centres = new Matrix(present.length, hidden);
  for (const [row, c] of present.entries())
    for (let h = 0; h < hidden; h++)
      centres.set(row, h, (sums[c * hidden + h]! / counts[c]! - mean[h]!) * inverse[h]!);
  const shares = present.map((c) => counts[c]! / images);
  const basis = await principalSubspace(engine, covariance, hidden, Math.min(DIRECTIONS, hidden));
  const between = (rows: Matrix): Matrix => {
    const weighted = rows.clone();
    for (const [row, share] of shares.entries()) weighted.mulRow(row, share);
    return rows.transpose().mmul(weighted);
  };
  const whole = Matrix.from1DArray(hidden, hidden, covariance);
  const inBasis = basis.transpose().mmul(whole.mmul(basis));
  const projected = centres.mmul(basis);
  const outside = whole.trace() - centreSpread(centres, shares);
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

/** Trace of the covariance between classes, which have the given shares of the images. */
const centreSpread = (centres: Matrix, shares: readonly number[]): number =>
  shares.reduce(
    (total, share, row) => total + share * centres.getRow(row).reduce((squares, m) => squares + m * m, 0),
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
