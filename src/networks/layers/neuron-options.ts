/** Options of a layer that concern its neurons: schema, refusals, and what a plan's layer has. */
import * as z from "zod";
import { ConfigError } from "../../errors.ts";
import { MAX_POPULATION, offsetOf } from "../../nn/population.ts";
import type { LayerPlan, Signal } from "./kind.ts";
import type { Neuron } from "./neuron-names.ts";

/** Dropout option of layers with neurons. */
export const dropoutOption = z
  .number()
  .gt(0)
  .lt(1)
  .optional()
  .describe("dropout rate of the outputs in training; not with stochastic neurons");

export const poolingOption = z
  .enum(["marginal", "sampled"])
  .optional()
  .describe(
    "pooled windows of stochastic neurons: marginal samples a window as one unit, which fires if any of its units does (default); sampled samples unit by unit",
  );

export const populationOption = z
  .strictObject({
    size: z.int().min(1).max(MAX_POPULATION).describe("neurons of a population"),
    spacing: z.number().min(0).default(1).describe("distance of neighbouring thresholds, in units of v"),
    offset: z
      .number()
      .optional()
      .describe("distance of the mean threshold below 0; by default the highest threshold is 0"),
    learned: z.literal(true).optional().describe("trains the thresholds, of each unit its own"),
  })
  .optional()
  .describe(
    "stochastic neurons only: several neurons in place of each, with the same synapses, staggered thresholds and separate noise; the layer outputs their mean",
  );

/** Description of a population. */
export type PopulationOption = NonNullable<z.infer<typeof populationOption>>;

/** Short text of a population, such as "population 4 neurons, spacing 1, offset 1.5". */
export const populationText = (population: PopulationOption): string => {
  const { size, spacing, learned } = population;
  const offset = Number(offsetOf(population).toPrecision(6));
  return `population ${size} neurons, spacing ${spacing}, offset ${offset}${learned ? ", learned thresholds" : ""}`;
};

/** Options of a layer that concern its neurons. */
export interface NeuronOptions {
  readonly centred?: true | undefined;
  readonly population?: PopulationOption | undefined;
  readonly pool?: number;
  readonly pooling?: "marginal" | "sampled" | undefined;
  readonly dropout?: number | undefined;
  readonly dropConnect?: number | undefined;
  readonly normalization?: "batch" | "weight" | undefined;
}

export const optionsOf = ({ layer }: Pick<LayerPlan, "layer">): NeuronOptions => layer as NeuronOptions;

/** Whether a layer samples spikes. */
export const isStochastic = ({ neuron }: LayerPlan): boolean => neuron === "nsm";

/** Size of the max-pooling windows in units; 1 without pooling. */
export const poolOf = (plan: LayerPlan): number => optionsOf(plan).pool ?? 1;

/** Population of a layer, if its units are populations. */
export const populationOf = (plan: LayerPlan): PopulationOption | undefined =>
  isStochastic(plan) ? optionsOf(plan).population : undefined;

/** Spikes whose mean each output of these neurons is; 0 if outputs are real. */
export const spikesOfNeurons = (neuron: Neuron | undefined, layer: unknown): number => {
  const { population, dropout } = layer as NeuronOptions;
  if (neuron === "nsm") return population?.size ?? 1;
  return neuron === "sign" && dropout === undefined ? 1 : 0;
};

/** Spikes whose mean each element of every signal is; 0 where signals differ. */
export const spikesOf = (signals: readonly Pick<Signal, "spikes">[]): number => {
  const [first, ...others] = signals;
  return others.every(({ spikes }) => spikes === first!.spikes) ? first!.spikes : 0;
};

/** Dropout rates of a layer's outputs and weights, if any. */
export const dropoutOf = (plan: LayerPlan): number | undefined => optionsOf(plan).dropout;
export const dropConnectOf = (plan: LayerPlan): number | undefined => optionsOf(plan).dropConnect;

/** Whether a layer is normalised by its batch in training: batch normalization, or centred potentials. */
export const isBatchNormalized = ({ parameters }: LayerPlan): boolean =>
  parameters.some(({ kind }) => kind === "mean");

/** Whether the potentials of a layer are centred. */
export const isCentred = (plan: LayerPlan): boolean => optionsOf(plan).centred === true;

/** Whether a layer has weight normalization: Salimans & Kingma, NeurIPS 2016. */
export const isWeightNormalized = (plan: LayerPlan): boolean => optionsOf(plan).normalization === "weight";

/** Throws ConfigError for options that stochastic neurons do not support. */
export const refuseUnsupported = (place: string, layer: unknown): void => {
  const { normalization, dropout, dropConnect } = layer as NeuronOptions;
  const given =
    normalization !== undefined
      ? `${normalization} normalization`
      : dropout !== undefined
        ? "dropout"
        : dropConnect !== undefined
          ? "DropConnect"
          : undefined;
  if (given === undefined) return;
  throw new ConfigError(place, {
    given: `${given} of stochastic neurons`,
    expected: "none: synaptic noise already normalises the weights and drops connections",
    remedy: "Remove it, or choose another neuron for this layer.",
  });
};

/** Throws ConfigError for a population of other than stochastic neurons. */
export const refusePopulation = (place: string, neuron: string | undefined, layer: unknown): void => {
  if ((layer as NeuronOptions).population === undefined || neuron === "nsm") return;
  throw new ConfigError(place, {
    given: `a population of ${neuron} neurons`,
    expected: "stochastic neurons",
    remedy: 'Remove "population", or choose the neuron "nsm" for this layer.',
  });
};
