/** A layer with weights, and its place on a chip. */
import type { AnyPlan, Layer } from "../networks/layers/kinds.ts";
import type { Model } from "../networks/model.ts";
import { type Chip, type ChipOptions, type ChipSynapses, keysOf } from "./chip.ts";
import { type Comparators, comparatorsOf } from "./comparator.ts";
import type { AnalogDevice } from "./device.ts";

export type Arrays = Readonly<Record<string, Float32Array>>;

export interface PlacedLayer {
  readonly plan: AnyPlan;
  readonly units: number;
  /** The network's parameters of the layer, by their kind. */
  readonly own: Arrays;
  readonly synapses: ChipSynapses;
  readonly comparators: Comparators | undefined;
}

/** What a chip changes in one layer. */
export interface LayerOnChip {
  /** Parameters and tensors by their kind. */
  readonly parameters: Arrays;
  /** Its description, if that changes. */
  readonly layer?: Layer;
  /** Norm of each unit's noisy synapses in the network over that on the chip, in units of which v is. */
  readonly ratios?: Float64Array;
}

/** The layer's place on the chip; undefined for a layer without weights. */
export const placedOf = (
  { parameters }: Model,
  plan: AnyPlan,
  chip: Chip,
  device: AnalogDevice,
  options: Omit<ChipOptions, "seconds">,
): PlacedLayer | undefined => {
  const name = `${plan.name}.weight`;
  const synapses = chip[name];
  if (!synapses) return undefined;
  const units = plan.unitShape[0]!;
  const own = Object.fromEntries(plan.parameters.map((spec) => [spec.kind, parameters[spec.name]!]));
  // Sums that are only read have a converter, no comparator.
  const hasComparator = plan.noisySynapses || plan.neuron !== undefined;
  const comparators = hasComparator
    ? comparatorsOf(device, own.weight!, units, keysOf(options, name))
    : undefined;
  return { plan, units, own, synapses, comparators };
};
