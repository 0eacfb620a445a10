/**
 * One unit of a traced pass with everything that made it fire or not: its synapses, the terms of equation (3), E(z) and
 * the random number that E(z) was compared with. Computed in float64 from the pass's own inputs of the layer, so that it
 * agrees with what the engine computed to the rounding of float32.
 */
import { ConfigError } from "../../errors.ts";
import type { AnyPlan } from "../../networks/layers/kinds.ts";
import { populationOf } from "../../networks/layers/neuron-options.ts";
import { checkModel, type Model } from "../../networks/model.ts";
import { planOf } from "../../networks/plan.ts";
import { tracedPlace, tracedShape, tracedUnits } from "../../networks/traced.ts";
import { staggered } from "../../nn/population.ts";
import { erf } from "../../statistics/normal.ts";
import { sizeOf } from "../../tensor/tensor.ts";
import type { TracedPass } from "./trace.ts";
import { type UnitSum, unitSum } from "./unit-sums.ts";

/** A draw with its odds. A window of units fires if any of them does. */
export interface ExplainedDraw {
  /** Threshold t_k that is added to v; 0 but in populations. */
  readonly threshold: number;
  /** E(z) = 1 - 2 prod_k (1 - erf(v_k + t)) / 2 over the units; of a single unit erf(v + t). */
  readonly mean: number;
  /** The random number u, uniform on (-1, 1), of the pass. */
  readonly uniform: number;
  /** z of the pass: +1 where its E(z) > u, else -1. */
  readonly spike: number;
}

export interface ExplainedUnit {
  /** The units that it is computed from: one, or all of a pooled window, row by row. */
  readonly units: readonly UnitSum[];
  /** The draw of the sample, in stochastic layers. */
  readonly draw?: ExplainedDraw;
  /** Value that the engine computed: z of stochastic layers, else the output. */
  readonly output: number;
}

/**
 * Explains element `unit` of what a pass computed of a layer with weights: of its spikes if it is stochastic, else of its
 * outputs; of image `image` of the batch. Throws ConfigError for a layer without weights or that the network lacks, for a
 * unit that it lacks, and for a pass of another network.
 */
export const explainUnit = (
  model: Model,
  pass: TracedPass,
  layer: string,
  unit: number,
  image = 0,
): ExplainedUnit => {
  const plan = weightedPlan(checkModel(model), layer);
  const traced = pass.layers[layer];
  const computed = traced?.spikes ?? pass.outputs[layer];
  const inputs = pass.outputs[plan.inputs[0]!];
  const [size, width] = [sizeOf(tracedShape(plan)), sizeOf(plan.inputShape)];
  requireElement(`unit ${unit} of ${layer}`, unit, size);
  if (!inputs || !computed || inputs.length / width !== computed.length / size)
    throw refusal(`unit ${unit} of ${layer}`, "a pass of another network", "a pass of the model");
  requireElement(`image ${image} of the pass`, image, inputs.length / width);
  const own = inputs.subarray(image * width, (image + 1) * width);
  const units = placesOf(plan, unit).map((place) => unitSum(plan, model, own, place));
  const at = image * size + unit;
  const threshold = thresholdOf(plan, model, unit);
  return {
    units,
    ...(traced && {
      draw: {
        ...{ threshold, mean: meanOf(units, threshold) },
        ...{ uniform: traced.uniform[at]!, spike: traced.spikes[at]! },
      },
    }),
    output: computed[at]!,
  };
};

const weightedPlan = ({ network }: Model, layer: string): AnyPlan => {
  const plans = planOf(network).filter(({ parameters }) => parameters.some(({ kind }) => kind === "weight"));
  const plan = plans.find(({ name }) => name === layer);
  if (plan) return plan;
  throw refusal(
    `network ${network.name}`,
    `layer "${layer}"`,
    `a layer with weights: ${plans.map(({ name }) => name).join(", ")}`,
  );
};

const refusal = (subject: string, given: string, expected: string): ConfigError =>
  new ConfigError(`explaining ${subject}`, { given, expected, remedy: "Choose another." });

const requireElement = (subject: string, index: number, count: number): void => {
  if (Number.isInteger(index) && index >= 0 && index < count) return;
  throw refusal(subject, String(index), `a whole number from 0 to ${count - 1}`);
};

/** The units of an element: one, or all of its window. */
const placesOf = (plan: AnyPlan, unit: number) => {
  const { channel } = tracedPlace(plan, unit);
  const { top, left, bottom, right } = tracedUnits(plan, unit);
  const columns = right - left;
  return Array.from({ length: (bottom - top) * columns }, (_, k) => ({
    ...{ channel, row: top + Math.floor(k / columns), column: left + (k % columns) },
  }));
};

const meanOf = (units: readonly UnitSum[], threshold: number): number =>
  1 - 2 * units.reduce((silence, { potential }) => (silence * (1 - erf(potential + threshold))) / 2, 1);

const thresholdOf = (plan: AnyPlan, { parameters }: Model, unit: number): number => {
  const population = populationOf(plan);
  if (!population) return 0;
  const { neuron, channel } = tracedPlace(plan, unit);
  const learned = parameters[`${plan.name}.threshold`];
  return learned ? learned[neuron * plan.unitShape[0]! + channel]! : staggered(population)[neuron]!;
};
