/**
 * Norms ||w_i|| by which layers divide. They are inputs of the gradient program beside the weights: each replica computes
 * those of the weights that it updates, and every replica reads all of them.
 */
import { forward, parameterInputs } from "../networks/interpreters/sample.ts";
import type { LayerPlan } from "../networks/layers/kind.ts";
import { dropConnectOf } from "../networks/layers/neuron-options.ts";
import { normName } from "../networks/layers/weighted.ts";
import type { Network } from "../networks/network.ts";
import { noiseInputs } from "../networks/noise-inputs.ts";
import { planOf } from "../networks/plan.ts";
import { topologicalOrder } from "../tensor/gradient.ts";
import { input } from "../tensor/tensor.ts";
import { arrayName } from "./keys.ts";

/** Norms of one layer's weights. */
export interface Norms {
  /** Name of the weights. */
  readonly parameter: string;
  /** Name under which the layer takes the norms beside its parameters. */
  readonly name: string;
  /** Units of the layer, one norm each. */
  readonly units: number;
}

const found = new WeakMap<Network, readonly Norms[]>();

/** Norms that the network's logits depend on. Layers with DropConnect divide by those of the weights that are left. */
export const normsOf = (network: Network): readonly Norms[] => {
  const known = found.get(network);
  if (known) return known;
  const norms = findNorms(network);
  found.set(network, norms);
  return norms;
};

const findNorms = (network: Network): readonly Norms[] => {
  const all = planOf(network)
    .filter((plan) => dropConnectOf(plan) === undefined)
    .flatMap(normsOfLayer);
  const inputs = new Map(all.map((norms) => [norms.name, normInput(norms)]));
  const x = input("images", [1, ...network.input]);
  const given = { ...parameterInputs(network), ...Object.fromEntries(inputs) };
  const used = new Set(topologicalOrder([forward(network, given, x, noiseInputs(network, 1))]));
  return all.filter(({ name }) => used.has(inputs.get(name)!));
};

/** Norms as an input of a program, [units]. */
export const normInput = ({ parameter, units }: Norms) =>
  input(arrayName({ array: "norm", parameter }), [units]);

const normsOfLayer = ({ name, parameters }: LayerPlan): readonly Norms[] =>
  parameters
    .filter(({ kind }) => kind === "weight")
    .map(({ name: parameter, shape }) => ({ parameter, name: normName(name), units: shape[0]! }));
