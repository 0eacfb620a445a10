/** Forward pass under the synapse law: every synapse of every unit draws its own noise. */
import { ConfigError } from "../../errors.ts";
import { noiseVariance } from "../../nn/noise/noise.ts";
import { spikesWithMean } from "../../nn/population.ts";
import { SATURATED } from "../../nn/potential.ts";
import { threshold } from "../../nn/synapse.ts";
import { repeatedRows } from "../../tensor/broadcast.ts";
import { multiply } from "../../tensor/elementwise.ts";
import { reshape } from "../../tensor/layout.ts";
import { mean } from "../../tensor/reduce.ts";
import { greaterEqual, less, where } from "../../tensor/select.ts";
import { constant, input, sizeOf, type Tensor, type TensorsByName } from "../../tensor/tensor.ts";
import type { ParameterSpec } from "../layers/kind.ts";
import { type AnyPlan, kindOf } from "../layers/kinds.ts";
import { isStochastic, populationOf } from "../layers/neuron-options.ts";
import { READOUT } from "../layers/readout.ts";
import { outputOfUnits, separatePotentials } from "../layers/stochastic.ts";
import type { Network } from "../network.ts";
import { noiseSources } from "../noise-source.ts";
import { planOf } from "../plan.ts";
import { layerMap, potentialOf } from "./draw.ts";
import { parameterInputs } from "./sample.ts";
import { type Walked, walkAll } from "./walk.ts";

const synapseName = (layer: string): string => `${layer}.xi`;

/**
 * Noise inputs of a batch, such as "layers.0.xi": one xi per synapse, for each layer with noisy synapses. Throws
 * ConfigError, naming the layer, for more than 2 GiB an image.
 */
export const synapseInputs = (network: Network, batch: number): TensorsByName =>
  Object.fromEntries(
    planOf(network)
      .filter(({ noisySynapses }) => noisySynapses)
      .map((plan) => {
        const name = synapseName(plan.name);
        const { shape } = kindOf(plan.layer).synapses!(plan, parameterInputs(network));
        const each = [...copiesOf(network, plan), ...shape];
        requireFewSynapses(network, plan, sizeOf(each));
        return [name, input(name, [batch, ...each])];
      }),
  );

/** Largest number of synapses that a layer draws for one image: 2 GiB of random numbers. */
const MAX_SYNAPSES = 2 ** 29;

const requireFewSynapses = (network: Network, { name }: AnyPlan, synapses: number): void => {
  if (synapses <= MAX_SYNAPSES) return;
  throw new ConfigError(`the synapse law, network ${network.name}, ${name}`, {
    given: `${synapses} synapses, each with a random number for every image and pass`,
    expected: `at most ${MAX_SYNAPSES}, that is 2 GiB`,
    remedy: "Sample the network under the unit law instead, or make its layers or populations smaller.",
  });
};

/**
 * Copies of each synapse: [K of the layer's own populations, K of its input's], without those of 1. Potentials
 * have the copies of the neurons that sample from them.
 */
const copiesOf = (network: Network, plan: AnyPlan): readonly number[] =>
  [neuronsOf(network, plan), plan.inputSpikes].filter((copies) => copies > 1);

/** Neurons of a unit that draw noise from the synapses of a layer. */
const neuronsOf = (network: Network, plan: AnyPlan): number => {
  const drawing = isStochastic(plan) ? plan : usersOfNoise(network).get(plan.name);
  return (drawing && populationOf(drawing)?.size) ?? 1;
};

/** Output of a layer. */
interface Signal {
  readonly value: Tensor;
  /** Potentials with synaptic noise, in the same units: [batch * K, ...units] for K neurons that sample. */
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
): Tensor => synapseOutputs(network, parameters, x, factors).get(READOUT)!.value;

/** Outputs of all layers in the pass of `synapseForward`. */
export const synapseOutputs = (
  network: Network,
  parameters: TensorsByName,
  x: Tensor,
  factors: TensorsByName,
): Walked<{ readonly value: Tensor }> => {
  usersOfNoise(network);
  return walkAll<Signal>(network, { value: x }, (plan, inputs) => {
    const values = inputs.map(({ value }) => value);
    if (plan.noisySynapses) {
      const neurons = neuronsOf(network, plan);
      const xi = factors[synapseName(plan.name)]!;
      const noisy = (): Tensor =>
        inUnitsOfNoise(
          plan,
          parameters,
          repeatedRows(values[0]!, neurons * values[0]!.shape[0]!),
          sums(plan, parameters, values[0]!, xi, neurons),
        );
      if (!isStochastic(plan)) return { value: potentialOf(plan, parameters)(values, {}), noisy: noisy() };
      if (populationOf(plan)) return { value: fired(plan, parameters, noisy()) };
      return { value: outputOfUnits(plan, threshold(sums(plan, parameters, values[0]!, xi, 1))) };
    }
    if (isStochastic(plan)) return { value: fired(plan, parameters, inputs[0]!.noisy!) };
    const map = layerMap(plan, parameters);
    const { noisy } = inputs[0]!;
    const passes = kindOf(plan.layer).passesNoise && noisy;
    return {
      value: map(values, {}),
      ...(passes && {
        noisy: map([noisy, ...values.slice(1).map((v) => repeatedRows(v, noisy.shape[0]!))], {}),
      }),
    };
  });
};

/**
 * Sums u of equation (4) for each neuron, [batch * neurons, ...units]. Where inputs are means of spikes, every
 * presynaptic neuron has synapses of its own, and u is the mean of their sums.
 */
const sums = (plan: AnyPlan, parameters: TensorsByName, z: Tensor, xi: Tensor, neurons: number): Tensor => {
  const { shape, sum } = kindOf(plan.layer).synapses!(plan, parameters);
  const copies = Math.max(1, plan.inputSpikes);
  const spikes = copies > 1 ? spikesWithMean(z, copies) : z;
  const rows = repeatedRows(spikes, neurons * spikes.shape[0]!);
  const flat = reshape(rows, [-1, ...plan.inputShape]);
  const u = sum(flat, reshape(xi, [-1, ...shape]));
  if (copies === 1) return u;
  return mean(reshape(u, [-1, copies, ...u.shape.slice(1)]), [1]);
};

/** Output of neurons on potentials with synaptic noise, in units of the noise: [batch * K, ...units]. */
const fired = (plan: AnyPlan, parameters: TensorsByName, noisy: Tensor): Tensor => {
  const population = populationOf(plan);
  if (!population) return outputOfUnits(plan, threshold(noisy));
  const each = reshape(noisy, [-1, population.size, ...noisy.shape.slice(1)]);
  return outputOfUnits(plan, threshold(separatePotentials(plan, each, parameters)));
};

/**
 * u / sqrt(2 Var(u)), whose mean is v. The factor 1 / sqrt(sum w^2 z^2) is the potential at gain 0 and bias
 * sqrt(2) s. A unit without active inputs has no noise: it is saturated, as its v.
 */
const inUnitsOfNoise = (plan: AnyPlan, parameters: TensorsByName, z: Tensor, u: Tensor): Tensor => {
  const deviation = Math.sqrt(2 * noiseVariance(plan.noise));
  const values: Partial<Record<ParameterSpec["kind"], number>> = { gain: 0, bias: deviation, mean: 0 };
  const inverse = Object.fromEntries(
    plan.parameters.flatMap(({ name, kind, shape }) =>
      values[kind] === undefined ? [] : [[name, constant(values[kind], shape)] as const],
    ),
  );
  const scale = potentialOf(plan, { ...parameters, ...inverse })([z], {});
  const saturated = where(greaterEqual(u, 0), SATURATED, -SATURATED);
  return where(less(scale, SATURATED), multiply(u, multiply(1 / deviation, scale)), saturated);
};

/**
 * Neurons on potentials, by the layer whose synaptic noise they sample. Throws ConfigError, naming the layer, if
 * there is none or if others sample it too.
 */
const usersOfNoise = (network: Network): ReadonlyMap<string, AnyPlan> => {
  const sources = noiseSources(network);
  const users = new Map<string, AnyPlan>();
  for (const plan of planOf(network)) {
    if (!isStochastic(plan) || plan.noisySynapses) continue;
    const source = sources.get(plan.name);
    const other = source !== undefined ? users.get(source) : undefined;
    if (source !== undefined && other === undefined) {
      users.set(source, plan);
      continue;
    }
    throw new ConfigError(`the synapse law, network ${network.name}, ${plan.name}`, {
      given:
        other === undefined
          ? "neurons on sums of layers without noisy synapses"
          : `the noise of ${source}, which the neurons ${other.name} use too`,
      expected: "neurons on potentials with synaptic noise of their own, first in a sum",
      remedy: "Sample the network under the unit law instead, or change the order of the sum's inputs.",
    });
  }
  return users;
};
