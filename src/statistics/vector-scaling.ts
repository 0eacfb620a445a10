/**
 * Vector scaling of probabilities: Guo, Pleiss, Sun & Weinberger, "On calibration of modern neural networks", ICML 2017.
 * The paper scales logits; a mean over Monte Carlo passes has none, so its logarithm takes their place:
 *
 *     p'_c = exp(w_c log p_c + b_c) / sum_d exp(w_d log p_d + b_d).
 */
import { minimize } from "./lbfgs.ts";
import { MIN_PROBABILITY } from "./metrics.ts";
import { checkLabelled, checkProbabilities, type Labels, type Probabilities } from "./probabilities.ts";

/** Parameters of vector scaling, one for each class. */
export interface VectorScaling {
  readonly weights: Float64Array;
  readonly biases: Float64Array;
}

/**
 * Weight of the penalty (sum_c (w_c - 1)^2 + b_c^2) / 2. Makes the minimum unique and finite: a constant added to all
 * biases changes nothing, and images without errors would drive the weights to infinity.
 */
const RIDGE = 1e-6;

/**
 * Scaling that minimises the negative log-likelihood on held-out images, plus a penalty of 1e-6 / 2 times the squared
 * distance from the identity. probabilities: [images, classes]. Throws as the functions of metrics.ts do.
 */
export const fitVectorScaling = (probabilities: Probabilities, labels: Labels): VectorScaling => {
  const classes = checkLabelled(probabilities, labels);
  const logs = logProbabilities(probabilities);
  const identity = new Float64Array(2 * classes).fill(1, 0, classes);
  const optimum = minimize((point) => {
    const { weights, biases } = unpack(point);
    const rows = scaled(logs, weights, biases);
    const gradient = point.map((x, k) => RIDGE * (x - identity[k]!));
    let value = point.reduce((sum, x, k) => sum + (RIDGE / 2) * (x - identity[k]!) ** 2, 0);
    for (let i = 0; i < labels.length; i++) {
      const start = i * classes;
      const target = rows[start + labels[i]!]!;
      value += (softmax(rows, start, classes) - target) / labels.length;
      for (let c = 0; c < classes; c++) {
        const excess = (rows[start + c]! - (c === labels[i] ? 1 : 0)) / labels.length;
        gradient[c]! += excess * logs[start + c]!;
        gradient[classes + c]! += excess;
      }
    }
    return { value, gradient };
  }, identity);
  return unpack(optimum);
};

/**
 * Scaled probabilities: [rows, classes]. Probabilities below MIN_PROBABILITY count as MIN_PROBABILITY. Throws DataError
 * unless the rows have one number for each class of the scaling, NumericError for a row that is not a distribution.
 */
export const applyVectorScaling = (
  probabilities: Probabilities,
  { weights, biases }: VectorScaling,
): Float64Array => {
  const classes = weights.length;
  const images = Math.floor(probabilities.length / classes);
  checkProbabilities(probabilities, images, classes);
  const rows = scaled(logProbabilities(probabilities), weights, biases);
  for (let i = 0; i < images; i++) softmax(rows, i * classes, classes);
  return rows;
};

/** Logarithms of probabilities, of at least MIN_PROBABILITY each. */
export const logProbabilities = (probabilities: Probabilities): Float64Array =>
  Float64Array.from(probabilities, (p) => Math.log(Math.max(MIN_PROBABILITY, p)));

const unpack = (point: Float64Array): VectorScaling => ({
  weights: point.slice(0, point.length / 2),
  biases: point.slice(point.length / 2),
});

/** w_c log p_c + b_c for all rows. */
const scaled = (logs: Float64Array, weights: Float64Array, biases: Float64Array): Float64Array =>
  logs.map((log, k) => weights[k % weights.length]! * log + biases[k % weights.length]!);

/** Replaces the row at `start` by its softmax; returns the logarithm of the sum of its exponentials. */
const softmax = (rows: Float64Array, start: number, classes: number): number => {
  let [largest, sum] = [Number.NEGATIVE_INFINITY, 0];
  for (let k = start; k < start + classes; k++) largest = Math.max(largest, rows[k]!);
  for (let k = start; k < start + classes; k++) sum += rows[k] = Math.exp(rows[k]! - largest);
  for (let k = start; k < start + classes; k++) rows[k]! /= sum;
  return largest + Math.log(sum);
};
