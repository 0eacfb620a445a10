/**
 * Gradient estimators of a sampled spike, z = +1 with probability P = (1 + m) / 2, else -1, where m = erf(v): ways
 * through, or around, a step that has no derivative. The paper's own is `spike` (neuron.ts): dz/dv := dm/dv.
 * `uniform` holds one number a unit, uniform on (-1, 1); a unit fires where m > uniform.
 */
import { abs, add, divide, log, maximum, minimum, multiply, subtract, tanh } from "../tensor/elementwise.ts";
import { stopGradient, withGradient } from "../tensor/gradient.ts";
import { cast, greater, lessEqual, where } from "../tensor/select.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { spikeMean } from "./neuron.ts";

/**
 * erf: the paper's. identity, hardTanh: straight through. concrete: a relaxation. reinforce, arm: score functions,
 * without bias.
 */
export const ESTIMATORS = ["erf", "identity", "hardTanh", "concrete", "reinforce", "arm"] as const;
export type Estimator = (typeof ESTIMATORS)[number];

/** The slope that stands for that of the step. */
export type StraightThrough = "identity" | "hardTanh";

export const isStraightThrough = (estimator: Estimator): estimator is StraightThrough =>
  estimator === "identity" || estimator === "hardTanh";

/** z as it is drawn, through which no gradient flows. */
export const drawnSpike = (m: Tensor, uniform: Tensor): Tensor =>
  stopGradient(where(greater(m, uniform), 1, -1));

/** Straight through: Bengio, Leonard & Courville, arXiv 1308.3432; dz/dv := 1, or that only where |v| <= 1. */
export const straightThrough = (z: Tensor, v: Tensor, slope: StraightThrough): Tensor =>
  withGradient(z, [v], (g) => [
    slope === "identity" ? g : multiply(g, cast(lessEqual(abs(v), 1), "float32")),
  ]);

/** A sampled spike, straight through. */
export const straightThroughSpike = (v: Tensor, uniform: Tensor, slope: StraightThrough): Tensor =>
  straightThrough(drawnSpike(spikeMean(v), uniform), v, slope);

/** Maddison, Mnih & Teh, ICLR 2017: their temperature for two outcomes. */
const TEMPERATURE = 2 / 3;

/** Logarithms of odds are those of a mean within so much of -1 and +1. */
const MARGIN = 2 ** -20;

/** log(P / (1 - P)) = log((1 + m) / (1 - m)). */
const logOdds = (m: Tensor): Tensor => {
  const inside = minimum(maximum(m, MARGIN - 1), 1 - MARGIN);
  return log(divide(add(1, inside), subtract(1, inside)));
};

/**
 * The binary concrete distribution: 2 sigma((logit P + L) / t) - 1, L logistic: a number between -1 and +1 whose sign is
 * the spike, differentiated as it is.
 */
export const binaryConcrete = (m: Tensor, uniform: Tensor): Tensor =>
  tanh(multiply(1 / (2 * TEMPERATURE), subtract(logOdds(m), stopGradient(logOdds(uniform)))));

/** log P(z) of drawn spikes z, element by element, with its gradient by m: z / (1 + z m). */
export const logProbability = (m: Tensor, z: Tensor): Tensor =>
  log(maximum(multiply(0.5, add(1, multiply(z, m))), MARGIN));

/**
 * Augment-REINFORCE-merge, Yin & Zhou, ICLR 2019: of phi = logit P the gradient is E((f(z') - f(z)) (U - 1/2)), where z
 * fires for U < P and z' for U > 1 - P. Its product with phi, as a function of m: sum it over the units.
 * `difference` is f(z') - f(z), as it meets m by broadcasting; `uniform` is 2 U - 1.
 */
export const armTerm = (m: Tensor, uniform: Tensor, difference: Tensor): Tensor =>
  multiply(stopGradient(multiply(multiply(0.5, uniform), difference)), logOdds(m));
