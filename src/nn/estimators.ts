/**
 * Gradient estimators of a sampled spike: z = +1 with probability P = (1 + m) / 2, else -1, where m = erf(v).
 * The step function has no useful derivative; each estimator replaces it. The paper's estimator is `spike`
 * (neuron.ts): dz/dv := dm/dv. `uniform` holds one number per unit, uniform on (-1, 1); a unit fires if m >
 * uniform.
 */
import { abs, add, divide, log, maximum, minimum, multiply, subtract, tanh } from "../tensor/elementwise.ts";
import { stopGradient, withGradient } from "../tensor/gradient.ts";
import { cast, greater, lessEqual, where } from "../tensor/select.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { spikeMean } from "./neuron.ts";

/**
 * Names of the estimators. erf: the paper's. identity, hardTanh: straight-through. concrete: a continuous
 * relaxation. reinforce, arm: unbiased score-function estimators.
 */
export const ESTIMATORS = ["erf", "identity", "hardTanh", "concrete", "reinforce", "arm"] as const;
/** Name of a gradient estimator. */
export type Estimator = (typeof ESTIMATORS)[number];

/** Straight-through estimators, by the derivative that replaces that of the step. */
export type StraightThrough = "identity" | "hardTanh";

export const isStraightThrough = (estimator: Estimator): estimator is StraightThrough =>
  estimator === "identity" || estimator === "hardTanh";

/** A sampled spike without a gradient. */
export const sampledSpike = (m: Tensor, uniform: Tensor): Tensor =>
  stopGradient(where(greater(m, uniform), 1, -1));

/**
 * Straight-through estimator (Bengio, Leonard & Courville, arXiv 1308.3432): dz/dv := 1, for hardTanh only
 * where |v| <= 1.
 */
export const straightThrough = (z: Tensor, v: Tensor, slope: StraightThrough): Tensor =>
  withGradient(z, [v], (g) => [
    slope === "identity" ? g : multiply(g, cast(lessEqual(abs(v), 1), "float32")),
  ]);

/** A sampled spike with a straight-through gradient. */
export const straightThroughSpike = (v: Tensor, uniform: Tensor, slope: StraightThrough): Tensor =>
  straightThrough(sampledSpike(spikeMean(v), uniform), v, slope);

/** Temperature for two outcomes: Maddison, Mnih & Teh, ICLR 2017. */
const TEMPERATURE = 2 / 3;

/** Means are clamped to this distance from -1 and +1 before the logarithm of the odds. */
const MARGIN = 2 ** -20;

/** log(P / (1 - P)) = log((1 + m) / (1 - m)). */
const logOdds = (m: Tensor): Tensor => {
  const inside = minimum(maximum(m, MARGIN - 1), 1 - MARGIN);
  return log(divide(add(1, inside), subtract(1, inside)));
};

/**
 * The binary concrete distribution: 2 sigma((logit P + L) / t) - 1 with logistic L. A number between -1 and
 * +1 whose sign is the spike, with its exact derivative.
 */
export const binaryConcrete = (m: Tensor, uniform: Tensor): Tensor =>
  tanh(multiply(1 / (2 * TEMPERATURE), subtract(logOdds(m), stopGradient(logOdds(uniform)))));

/** log P(z) of sampled spikes z, elementwise. The gradient with respect to m is z / (1 + z m). */
export const logProbability = (m: Tensor, z: Tensor): Tensor =>
  log(maximum(multiply(0.5, add(1, multiply(z, m))), MARGIN));

/**
 * Surrogate whose gradient is the augment-REINFORCE-merge estimate (Yin & Zhou, ICLR 2019); sum it over the
 * units. With phi = logit P, the gradient with respect to phi is E((f(z') - f(z)) (U - 1/2)), where z fires
 * if U < P and z' fires if U > 1 - P. `difference` is f(z') - f(z), broadcast against m; `uniform` is 2 U -
 * 1.
 */
export const armTerm = (m: Tensor, uniform: Tensor, difference: Tensor): Tensor =>
  multiply(stopGradient(multiply(multiply(0.5, uniform), difference)), logOdds(m));
