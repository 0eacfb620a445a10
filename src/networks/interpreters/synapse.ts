/** Forward pass under the synapse law: every synapse of every unit draws its own noise. */
import { ConfigError } from "../../errors.ts";
import { noiseVariance } from "../../nn/noise/noise.ts";
import { threshold } from "../../nn/synapse.ts";
import { multiply } from "../../tensor/elementwise.ts";
import { constant, input, type Tensor, type TensorsByName } from "../../tensor/tensor.ts";
import { type AnyPlan, kindOf } from "../layers/kinds.ts";
import { isStochastic, maxPooled } from "../layers/neuron.ts";
import type { Network } from "../network.ts";
import { INPUT } from "../order.ts";
import { planOf } from "../plan.ts";
import { layerMap, potentialOf } from "./draw.ts";
import { walk } from "./walk.ts";

const synapseName = (layer: string): string => `${layer}.xi`;

/** Noise inputs of a batch, such as "layers.0.xi": one xi per synapse, for each layer with noisy synapses. */
export const synapseInputs = (network: Network, batch: number): TensorsByName =>
  Object.fromEntries(
    planOf(network)
      .filter(({ noisySynapses }) => noisySynapses)
      .map((plan) => {
        const name = synapseName(plan.name);
        // The shape does not depend on the values of the parameters.
        const { shape } = kindOf(plan.layer).synapses!(plan, {});
        return [name, input(name, [batch, ...shape])];
      }),
  );

/** Output of a layer. Potentials also have the version with synaptic noise, in the same units. */
interface Signal {
  readonly value: Tensor;
  readonly noisy?: Tensor;
}

/**
 * Logits [batch, classes] of encoded images x. A sum of potentials has the noise of its first input;
 * shortcuts carry potentials without noise. Throws ConfigError, naming the layer, for neurons whose
 * potentials have no synaptic noise, or share it with other neurons.
 */
export const synapseForward = (
  network: Network,
  parameters: TensorsByName,
  x: Tensor,
  factors: TensorsByName,
): Tensor => {
  requireOwnNoise(network);
  return walk<Signal>(network, { value: x }, (plan, inputs) => {
    const values = inputs.map(({ value }) => value);
    if (plan.noisySynapses) {
      const { sum } = kindOf(plan.layer).synapses!(plan, parameters);
      const u = sum(values[0]!, factors[synapseName(plan.name)]!);
      if (isStochastic(plan)) return { value: maxPooled(plan, threshold(u)) };
      return {
        value: potentialOf(plan, parameters)(values, {}),
        noisy: inUnitsOfNoise(plan, parameters, values, u),
      };
    }
    if (isStochastic(plan)) return { value: maxPooled(plan, threshold(inputs[0]!.noisy!)) };
    const map = layerMap(plan, parameters);
    const { noisy } = inputs[0]!;
    return {
      value: map(values, {}),
      ...(kindOf(plan.layer).passesNoise && noisy && { noisy: map([noisy, ...values.slice(1)], {}) }),
    };
  }).value;
};

/**
 * u / sqrt(2 Var(u)), whose mean is v. The factor 1 / sqrt(sum w^2 z^2) is the potential at gain 0 and bias
 * sqrt(2) s.
 */
const inUnitsOfNoise = (
  plan: AnyPlan,
  parameters: TensorsByName,
  inputs: readonly Tensor[],
  u: Tensor,
): Tensor => {
  const deviation = Math.sqrt(2 * noiseVariance(plan.noise));
  const of = (kind: string, value: number) => {
    const name = `${plan.name}.${kind}`;
    return [name, constant(value, parameters[name]!.shape)] as const;
  };
  const inverse = Object.fromEntries([of("gain", 0), of("bias", deviation)]);
  const scale = potentialOf(plan, { ...parameters, ...inverse })(inputs, {});
  return multiply(u, multiply(1 / deviation, scale));
};

/** The layer whose synaptic noise enters the output of layer `name`, if any. */
const noiseSource = (plans: ReadonlyMap<string, AnyPlan>, name: string): string | undefined => {
  if (name === INPUT) return undefined;
  const plan = plans.get(name)!;
  if (plan.noisySynapses && !isStochastic(plan)) return name;
  return kindOf(plan.layer).passesNoise ? noiseSource(plans, plan.inputs[0]!) : undefined;
};

const requireOwnNoise = (network: Network): void => {
  const plans = new Map(planOf(network).map((plan) => [plan.name, plan]));
  const users = new Map<string, string>();
  for (const plan of planOf(network)) {
    if (!isStochastic(plan) || plan.noisySynapses) continue;
    const source = noiseSource(plans, plan.inputs[0]!);
    const other = source !== undefined ? users.get(source) : undefined;
    if (source !== undefined && other === undefined) {
      users.set(source, plan.name);
      continue;
    }
    throw new ConfigError(`the synapse law, network ${network.name}, ${plan.name}`, {
      given:
        other === undefined
          ? "neurons on sums of layers without noisy synapses"
          : `the noise of ${source}, which the neurons ${other} use too`,
      expected: "neurons on potentials with synaptic noise of their own, first in a sum",
      remedy: "Sample the network under the unit law instead, or change the order of the sum's inputs.",
    });
  }
};
