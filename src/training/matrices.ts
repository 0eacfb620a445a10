/** Weights that Muon updates, and the optimiser of each parameter. */

import type { ParameterSpec } from "../networks/layers/kind.ts";
import { isBatchNormalized, isWeightNormalized } from "../networks/layers/neuron-options.ts";
import type { Network } from "../networks/network.ts";
import { planOf } from "../networks/plan.ts";
import { elementwiseOptimizer, type Optimizer } from "../nn/optimizer.ts";

/**
 * Weights whose scale does not matter: those of layers with noisy synapses, and those under batch or weight
 * normalization. As a matrix they have a row a unit.
 */
export const matricesOf = (network: Network): readonly ParameterSpec[] =>
  planOf(network)
    .filter((plan) => plan.noisySynapses || isBatchNormalized(plan) || isWeightNormalized(plan))
    .flatMap(({ parameters }) => parameters.filter(({ kind }) => kind === "weight"));

/** Optimiser of each trained parameter, by name: Muon for the matrices, the elementwise one for all others. */
export const optimizersOf = (network: Network, optimizer: Optimizer): ((parameter: string) => Optimizer) => {
  const matrices = new Set(matricesOf(network).map(({ name }) => name));
  const elementwise = elementwiseOptimizer(optimizer);
  return (parameter) => (matrices.has(parameter) ? optimizer : elementwise);
};
