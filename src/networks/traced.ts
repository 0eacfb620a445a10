/** What a pass computes of a layer: its samples if it is stochastic, else its outputs; and the units behind each element. */
import type { LayerPlan } from "./layers/kind.ts";
import { isStochastic, poolOf } from "./layers/neuron-options.ts";
import { drawnShape, drawsWindows } from "./layers/stochastic.ts";
import type { Network } from "./network.ts";
import { planOf } from "./plan.ts";

/** Rows `top` to `bottom` - 1 and columns `left` to `right` - 1, of all channels. */
export interface Region {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

/** Units, before pooling, of a region of outputs. */
export const unpooled = ({ top, left, bottom, right }: Region, pool: number): Region => ({
  ...{ top: top * pool, left: left * pool },
  ...{ bottom: bottom * pool, right: right * pool },
});

/**
 * Shape of what a pass computes of a layer, [..., channels, height, width] or [..., units]: its samples
 * (`drawnShape`) if it is stochastic, else its outputs.
 */
export const tracedShape = (plan: LayerPlan): readonly number[] =>
  isStochastic(plan) ? drawnShape(plan) : plan.outputShape;

/** Whether the elements of `tracedShape` are pooled windows of units. */
const tracesWindows = (plan: LayerPlan): boolean =>
  isStochastic(plan) ? drawsWindows(plan) : poolOf(plan) > 1;

/** Channel, row and column of an element of `tracedShape`, and its number within a population of neurons. */
export const tracedPlace = (
  plan: LayerPlan,
  index: number,
): { readonly neuron: number; readonly channel: number; readonly row: number; readonly column: number } => {
  const [, height = 1, width = 1] = plan.outputShape.length === 3 ? tracedShape(plan).slice(-3) : [];
  const place = index % (height * width);
  const map = Math.floor(index / (height * width));
  const channels = plan.unitShape[0]!;
  return {
    ...{ neuron: Math.floor(map / channels), channel: map % channels },
    ...{ row: Math.floor(place / width), column: place % width },
  };
};

/** The units, before pooling, that an element of `tracedShape` is computed from. */
export const tracedUnits = (plan: LayerPlan, index: number): Region => {
  const { row: top, column: left } = tracedPlace(plan, index);
  const region = { top, left, bottom: top + 1, right: left + 1 };
  return tracesWindows(plan) ? unpooled(region, poolOf(plan)) : region;
};

/** A layer as a traced pass shows it. */
export interface LayerInPass {
  /** Its name in the pass, such as "layers.0". */
  readonly name: string;
  /** Shape of one image's mean, uniform and spikes if the layer is stochastic, else of its output. */
  readonly shape: readonly number[];
  /** Names of the layers whose outputs it takes, or "input". */
  readonly inputs: readonly string[];
  readonly isStochastic: boolean;
  /** Whether it has weights, so that `explainUnit` explains its units. */
  readonly hasWeights: boolean;
  /** Rows and columns of the windows of units that each of its elements pools; 1 for single units. */
  readonly pool: number;
}

/** The layers of a network as a traced pass shows them, the readout last. */
export const layersInPass = (network: Network): readonly LayerInPass[] =>
  planOf(network).map((plan) => ({
    ...{ name: plan.name, shape: tracedShape(plan), inputs: plan.inputs },
    isStochastic: isStochastic(plan),
    hasWeights: plan.parameters.some(({ kind }) => kind === "weight"),
    pool: tracesWindows(plan) ? poolOf(plan) : 1,
  }));
