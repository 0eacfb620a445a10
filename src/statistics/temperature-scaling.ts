/**
 * Temperature scaling of probabilities: Guo, Pleiss, Sun & Weinberger, "On calibration of modern neural networks", ICML
 * 2017. p'_c is proportional to p_c^(1 / T): vector scaling with all weights 1 / T and no biases.
 */
import { ConfigError } from "../errors.ts";
import { checkLabelled, type Labels, type Probabilities } from "./probabilities.ts";
import { applyVectorScaling, logProbabilities } from "./vector-scaling.ts";

/** Highest temperature; its inverse is the lowest. */
const MAX_TEMPERATURE = 100;

/** Relative change of the temperature at which the search ends. */
const TOLERANCE = 1e-12;

/**
 * Temperature, 0.01 to 100, that minimises the negative log-likelihood on held-out images. It is at the lower end if no
 * image is wrong. probabilities: [images, classes]. Throws as the functions of metrics.ts do.
 *
 * The likelihood is convex in w = 1 / T. Newton's method finds the zero of its slope; a step that leaves the bracket
 * of the zero is replaced by the bracket's geometric mean.
 */
export const fitTemperature = (probabilities: Probabilities, labels: Labels): number => {
  const classes = checkLabelled(probabilities, labels);
  const logs = logProbabilities(probabilities);
  let [low, high] = [1 / MAX_TEMPERATURE, MAX_TEMPERATURE];
  for (let w = 1; ; ) {
    const [slope, curvature] = derivatives(logs, labels, classes, w);
    if (slope > 0) high = w;
    else low = w;
    const newton = w - slope / curvature;
    const next = newton > low && newton < high ? newton : Math.sqrt(low * high);
    if (Math.abs(next - w) <= TOLERANCE * w) return 1 / next;
    w = next;
  }
};

/**
 * First and second derivative of the negative log-likelihood in w, summed over images: sum_c p'_c log p_c - log
 * p_label, and the variance of log p_c under p'.
 */
const derivatives = (
  logs: Float64Array,
  labels: Labels,
  classes: number,
  w: number,
): readonly [number, number] => {
  let [slope, curvature] = [0, 0];
  for (let i = 0; i < labels.length; i++) {
    const row = logs.subarray(i * classes, (i + 1) * classes);
    const largest = row.reduce((a, b) => Math.max(a, b));
    let [sum, first, second] = [0, 0, 0];
    // Relative to the largest logarithm, where the probability is: the variance keeps its digits.
    for (const log of row) {
      const below = log - largest;
      const weight = Math.exp(w * below);
      sum += weight;
      first += weight * below;
      second += weight * below * below;
    }
    const mean = first / sum;
    slope += mean - (row[labels[i]!]! - largest);
    curvature += second / sum - mean * mean;
  }
  return [slope, curvature];
};

/**
 * Probabilities at a temperature: [rows, classes]. Throws ConfigError unless 0 < temperature < infinity; the rest as
 * `applyVectorScaling`.
 */
export const applyTemperature = (
  probabilities: Probabilities,
  classes: number,
  temperature: number,
): Float64Array => {
  if (!(temperature > 0 && temperature < Number.POSITIVE_INFINITY))
    throw new ConfigError("temperature", {
      given: String(temperature),
      expected: "a finite number greater than 0",
      remedy: "Choose another temperature.",
    });
  return applyVectorScaling(probabilities, {
    weights: new Float64Array(classes).fill(1 / temperature),
    biases: new Float64Array(classes),
  });
};
