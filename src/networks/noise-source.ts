/** The synaptic noise that stochastic neurons sample. */
import { type AnyPlan, kindOf } from "./layers/kinds.ts";
import { isStochastic } from "./layers/neuron-options.ts";
import type { Network } from "./network.ts";
import { INPUT } from "./order.ts";
import { planOf } from "./plan.ts";

/**
 * Layers whose synaptic noise stochastic neurons sample, by the names of the neurons' layers: the layer itself if its synapses
 * are noisy; for neurons on potentials the layer of these, in a sum that of the first. Neurons on sums without synaptic noise
 * have none: their noise n of z = sgn(v + n) is their own.
 */
export const noiseSources = (network: Network): ReadonlyMap<string, string> => {
  const plans = new Map(planOf(network).map((plan) => [plan.name, plan]));
  return new Map(
    [...plans.values()].filter(isStochastic).flatMap(({ name, noisySynapses, inputs }) => {
      const source = noisySynapses ? name : sourceOfPotentials(plans, inputs[0]!);
      return source === undefined ? [] : [[name, source] as const];
    }),
  );
};

/** The layer whose synaptic noise enters the output of layer `name`, if any. */
const sourceOfPotentials = (plans: ReadonlyMap<string, AnyPlan>, name: string): string | undefined => {
  if (name === INPUT) return undefined;
  const plan = plans.get(name)!;
  if (plan.noisySynapses && !isStochastic(plan)) return name;
  return kindOf(plan.layer).passesNoise ? sourceOfPotentials(plans, plan.inputs[0]!) : undefined;
};
