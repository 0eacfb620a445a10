/** The synapses of one unit: which outputs of the layer before it they come from, and their weights. */

import { type AnyPlan, kindOf } from "../../networks/layers/kinds.ts";
import type { Model } from "../../networks/model.ts";
import { sizeOf } from "../../tensor/tensor.ts";

/** The synapses of a unit, one element each; those that a padded border cuts off are left out. */
export interface UnitSynapses {
  /** Name of the layer whose outputs they take; "input" for the image. */
  readonly from: string;
  /** Index of each input among the outputs of that layer, of one image. */
  readonly sources: Uint32Array;
  /** Inputs z_j. */
  readonly inputs: Float32Array;
  /** Weights w_ij. */
  readonly weights: Float32Array;
}

/** Place of a unit in `unitShape`: its channel, row and column; row and column are 0 in a dense layer. */
export interface UnitPlace {
  readonly channel: number;
  readonly row: number;
  readonly column: number;
}

/** Synapses of the unit at a place; `inputs` are the outputs of the layer before it, of one image. */
export const unitSynapses = (
  plan: AnyPlan,
  { parameters }: Pick<Model, "parameters">,
  inputs: Float32Array,
  place: UnitPlace,
): UnitSynapses => {
  const weights = parameters[`${plan.name}.weight`]!;
  const { sources, taps } = kindOf(plan.layer).window ? inWindow(plan, place) : ofAll(plan, place);
  return {
    from: plan.inputs[0]!,
    sources,
    inputs: Float32Array.from(sources, (source) => inputs[source]!),
    weights: Float32Array.from(taps, (tap) => weights[tap]!),
  };
};

/** Indices of inputs, and of the weight of each. */
interface Connections {
  readonly sources: Uint32Array;
  readonly taps: Uint32Array;
}

const ofAll = ({ inputShape }: AnyPlan, { channel }: UnitPlace): Connections => {
  const count = sizeOf(inputShape);
  return {
    sources: Uint32Array.from({ length: count }, (_, k) => k),
    taps: Uint32Array.from({ length: count }, (_, k) => channel * count + k),
  };
};

const inWindow = ({ layer, inputShape }: AnyPlan, { channel, row, column }: UnitPlace): Connections => {
  const { kernel, stride, padding } = kindOf(layer).window!(layer);
  const [channels, height, width] = inputShape as [number, number, number];
  const [top, left] = [row * stride - padding, column * stride - padding];
  const [sources, taps]: [number[], number[]] = [[], []];
  for (let c = 0; c < channels; c++)
    for (let i = 0; i < kernel; i++)
      for (let j = 0; j < kernel; j++) {
        const [y, x] = [top + i, left + j];
        if (y < 0 || x < 0 || y >= height || x >= width) continue;
        sources.push((c * height + y) * width + x);
        taps.push(((channel * channels + c) * kernel + i) * kernel + j);
      }
  return { sources: Uint32Array.from(sources), taps: Uint32Array.from(taps) };
};
