/**
 * Likelihood of the firing rates under products of Bernoulli distributions, one for each class: for rates q of an image
 * and p_c of a class, sum_i q_i log p_ci + (1 - q_i) log(1 - p_ci) is the mean log likelihood of the passes' spikes.
 */

import { ConfigError } from "../errors.ts";
import type { ObservedLayer } from "../networks/interpreters/observe.ts";
import { observedLayers } from "../networks/interpreters/observe.ts";
import { isStochastic } from "../networks/layers/neuron-options.ts";
import type { Network } from "../networks/network.ts";
import { planOf } from "../networks/plan.ts";
import { add, log, multiply, negate, subtract } from "../tensor/elementwise.ts";
import { gemm } from "../tensor/gemm.ts";
import { part } from "../tensor/layout.ts";
import { max } from "../tensor/reduce.ts";
import { constant } from "../tensor/tensor.ts";
import type { DetectorFit, DetectorKind } from "./detector.ts";
import { hiddenSize } from "./evidence.ts";

/** Rates are kept this far from 0 and 1. */
const LEAST_RATE = 0.01;

export const fitFiringLikelihood: DetectorFit = (_network, { counts, sums, origin }) => {
  const hidden = origin.length;
  // A class without images fires in no known way.
  const present = [...counts.keys()].filter((c) => counts[c]! > 0);
  const rates = Float32Array.from({ length: present.length * hidden }, (_, at) => {
    const c = present[Math.floor(at / hidden)]!;
    const rate = 0.5 * (1 + sums[c * hidden + (at % hidden)]! / counts[c]!);
    return Math.min(1 - LEAST_RATE, Math.max(LEAST_RATE, rate));
  });
  return { rates: { shape: [present.length, hidden], data: rates } };
};

/** Sum over the stochastic layers of the negative log likelihood under the likeliest class of the layer, per unit. */
export const firingLikelihood: DetectorKind = {
  arrays: (network) => ({ rates: [null, hiddenSize(network)] }),
  check: (network) => void stochasticLayers(network),
  score: (network, { means }, { rates }) =>
    stochasticLayers(network)
      .map(({ start, end }) => {
        const q = multiply(0.5, add(1, part(means, 1, start, end)));
        const p = part(rates!, 1, start, end);
        const likelihoods = add(
          gemm(q, log(p), { transB: true }),
          gemm(subtract(1, q), log(subtract(1, p)), { transB: true }),
        );
        return multiply(1 / (end - start), negate(max(likelihoods, [1])));
      })
      .reduce(add, constant(0)),
};

/** Observed layers of stochastic neurons. Throws ConfigError where there are none. */
const stochasticLayers = (network: Network): readonly ObservedLayer[] => {
  const stochastic = new Set(
    planOf(network)
      .filter(isStochastic)
      .map(({ name }) => name),
  );
  const found = observedLayers(network).filter(({ name }) => stochastic.has(name));
  if (found.length > 0) return found;
  throw new ConfigError(`detector firing-likelihood, network ${network.name}`, {
    given: "a network without stochastic neurons",
    expected: "neurons that fire with a probability",
    remedy: "Choose another detector.",
  });
};
