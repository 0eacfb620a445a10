/**
 * A chip on which a network learns. Updates are written into the cells exactly, on top of what programming, drift, read noise and
 * wires made of the weights, as far as the cells reach; switches and comparators stay what they are.
 */
import { ConfigError } from "../errors.ts";
import type { ParameterArrays } from "../networks/initialize.ts";
import type { AnyPlan } from "../networks/layers/kinds.ts";
import { isBatchNormalized, isWeightNormalized, populationOf } from "../networks/layers/neuron-options.ts";
import type { Model } from "../networks/model.ts";
import { planOf } from "../networks/plan.ts";
import { noiseMean, noiseVariance } from "../nn/noise/noise.ts";
import { type Chip, type ChipOptions, keysOf } from "./chip.ts";
import type { AnalogDevice } from "./device.ts";
import { reachOf } from "./differential-pair.ts";
import { modelFromChip } from "./model-on-chip.ts";
import { comparatorPower } from "./noisy-layer.ts";
import { type Arrays, type PlacedLayer, placedOf } from "./placed-layer.ts";

/** What learning does not change in a layer. */
export type FixedPart =
  /** (p_ij - E(xi)) / (sqrt(2) s) in the layout of the weights, where switches are in series. */
  | "spread"
  /** p_ij (1 - p_ij) / s^2 in the layout of the weights, where switches are in series. */
  | "spreadPower"
  /** Offset o_i of each unit's comparator. */
  | "offset"
  /** Constant power c_i^2 / s^2 of each unit's comparator. */
  | "offsetPower"
  /** Lowest and highest value of each weight. */
  | "lowest"
  | "highest";

/** Name of a fixed part of a layer. */
export const fixedName = (layer: string, part: FixedPart): string => `${layer}.${part}`;

export interface LearningChip {
  /** Parameters at the start: the network's, with the weights that the cells hold. */
  readonly parameters: ParameterArrays;
  /** Fixed parts by name. */
  readonly fixed: Arrays;
  /** Weights that the cells were programmed to, by name: they set the scale of each unit. */
  readonly programmed: Arrays;
  /** The model on the chip after learning. */
  readonly modelOf: (parameters: ParameterArrays) => Model;
}

/** The chip as one to learn on. Throws ConfigError, naming the layer, for a network whose layers cannot learn on one. */
export const learningChip = (
  model: Model,
  device: AnalogDevice,
  chip: Chip,
  options: Omit<ChipOptions, "seconds">,
): LearningChip => {
  const plans = planOf(model.network);
  for (const plan of plans) requireLearning(model, device, plan);
  const placed = plans.flatMap((plan) => placedOf(model, plan, chip, device, options) ?? []);
  const stored = Object.entries(chip).map(([name, { weight }]) => [name, weight] as const);
  // Copies: the caller may change the arrays, and a saved learner is put on its chip by these.
  const programmed = Object.fromEntries(stored.map(([name]) => [name, model.parameters[name]!.slice()]));
  return {
    programmed,
    parameters: { ...model.parameters, ...Object.fromEntries(stored) },
    fixed: Object.fromEntries(
      placed.flatMap((layer) =>
        Object.entries(fixedParts(layer, device, options)).map(
          ([part, values]) => [fixedName(layer.plan.name, part as FixedPart), values] as const,
        ),
      ),
    ),
    modelOf: (parameters) => {
      const learned = Object.entries(chip).map(
        ([name, synapses]) => [name, { ...synapses, weight: parameters[name]! }] as const,
      );
      // Conductances keep the scale that they were programmed with.
      const own = { ...model, parameters: { ...parameters, ...programmed } };
      return modelFromChip(own, device, Object.fromEntries(learned), options);
    },
  };
};

const fixedParts = (
  placed: PlacedLayer,
  { cell }: AnalogDevice,
  options: Omit<ChipOptions, "seconds">,
): Partial<Record<FixedPart, Float32Array>> => {
  const { plan, own, units, synapses, comparators } = placed;
  const reach = reachOf(cell, own.weight!, units, keysOf(options, `${plan.name}.weight`));
  if (!plan.noisySynapses) return { ...reach };
  const [mean, s2] = [noiseMean(plan.noise), noiseVariance(plan.noise)];
  const { probability } = synapses;
  return {
    ...reach,
    ...(probability && {
      spread: probability.map((p) => (p - mean) / Math.sqrt(2 * s2)),
      spreadPower: probability.map((p) => (p * (1 - p)) / s2),
    }),
    ...(comparators && {
      offset: Float32Array.from(comparators.offsets),
      offsetPower: Float32Array.from(comparatorPower(placed)!),
    }),
  };
};

const requireLearning = ({ network }: Model, device: AnalogDevice, plan: AnyPlan): void => {
  const isStochastic = plan.neuron === undefined || plan.neuron === "nsm";
  if (isStochastic && !populationOf(plan) && !isBatchNormalized(plan) && !isWeightNormalized(plan)) return;
  throw new ConfigError(`learning on a chip, ${network.name} on ${device.name}, ${plan.name}`, {
    given: "a layer of other neurons, of populations or with a digital normalization",
    expected: "stochastic neurons, which normalise their own weights",
    remedy: "Learn off the chip, or choose another network.",
  });
};
