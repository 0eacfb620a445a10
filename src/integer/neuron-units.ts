/** Stochastic neurons in integers: weights and constants of their units. */
import { ConfigError } from "../errors.ts";
import { bordersOf } from "../networks/integers/borders.ts";
import {
  BYTE,
  fanIn,
  type PixelLayer,
  type SpikeLayer,
  type SynapseLaw,
  type Windows,
} from "../networks/integers/integers.ts";
import { hasMasks, type PlannedLayer } from "../networks/integers/plan.ts";
import { isExact, largestMean, MOST_GAIN } from "../networks/integers/range.ts";
import type { LayerPlan } from "../networks/layers/kind.ts";
import { isCentred } from "../networks/layers/neuron-options.ts";
import type { Model } from "../networks/model.ts";
import type { Network } from "../networks/network.ts";
import { noiseVariance } from "../nn/noise/noise.ts";
import { GAIN_BITS } from "./gain-bits.ts";
import { LEAST_SLOPE, scalingFor } from "./scaling.ts";
import { MOST_INDEX, STEPS } from "./silence.ts";
import { SYNAPSE_BITS } from "./synapse-bits.ts";
import { joined, limited, magnitudeOf, PIXEL_STEPS, refuseSums, rowOf, valuesOf } from "./units.ts";
import { nearestIntegers, type RoundedWeights } from "./weights.ts";

/** A model, and the largest magnitude of its weights in integers. */
export interface Quantizer extends Model {
  readonly largest: number;
}

/** What a step of each unit's sums is of w.z. */
interface Scales {
  readonly scales: readonly number[];
}

/** Potential of a unit: v = (gain w.z + shift) / ||w||. */
export interface Unit {
  readonly weights: Float32Array;
  /** At least 0: a negative gain is that of the opposite weights. */
  readonly gain: number;
  readonly isOpposite: boolean;
  readonly shift: number;
}

export const unitsOf = (model: Model, plan: LayerPlan, windows: Windows): readonly Unit[] => {
  const [weight, gain, bias] = ["weight", "gain", "bias"].map((kind) => valuesOf(model, plan, kind)) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const drive = isCentred(plan) ? valuesOf(model, plan, "mean") : undefined;
  const deviation = Math.sqrt(2 * noiseVariance(plan.noise));
  return Array.from(bias, (b, unit) => {
    const weights = rowOf(weight, unit, fanIn(windows));
    return {
      weights: gain[unit]! < 0 ? weights.map((w) => -w) : weights,
      gain: Math.abs(gain[unit]!),
      isOpposite: gain[unit]! < 0,
      shift: (b - (drive?.[unit] ?? 0)) / deviation,
    };
  });
};

/** Integers and constants of stochastic neurons on spikes. */
export const spikeUnits = (
  { network, largest }: Quantizer,
  layer: Extract<PlannedLayer, { type: "spikes" }>,
  units: readonly Unit[],
): Pick<SpikeLayer, "weight" | "bias" | "factor" | "shift"> & Scales => {
  const { taps } = bordersOf(layer);
  const length = fanIn(layer);
  const weight = new Int8Array(units.length * length);
  const [bias, factor, shift] = [0, 1, 2].map(() => new Int32Array(taps.length * units.length)) as [
    Int32Array,
    Int32Array,
    Int32Array,
  ];
  const scales: number[] = [];
  for (const [unit, given] of units.entries()) {
    const { integers, scale } = steepEnough(given, largest);
    scales.push(scale);
    weight.set(integers, unit * length);
    for (const [k, inside] of taps.entries()) {
      const at = k * units.length + unit;
      const counted = integers.filter((_, j) => inside[j % inside.length]);
      const constants = constantsOf(given, counted, scale, (sums, biases) =>
        refuseSums(network, layer.name, sums, biases),
      );
      bias[at] = constants.bias;
      factor[at] = constants.factor;
      shift[at] = constants.shift;
    }
  }
  return { weight, bias, factor, shift, scales };
};

/** Integers of a unit of which one step changes the potential enough: a small gain needs small integers. */
const steepEnough = (unit: Unit, largest: number): RoundedWeights => {
  const { weights, gain } = unit;
  const rounded = nearestIntegers(weights, largest);
  const isEnough = STEPS * gain >= LEAST_SLOPE * normOf(rounded.integers);
  return isEnough || largest === 1 ? rounded : steepEnough(unit, largest >> 1);
};

const normOf = (integers: Int8Array): number => Math.sqrt(integers.reduce((sum, q) => sum + q * q, 0));

/**
 * B, F and s of a unit with the integers q: i = 40 v = (S + B) 40 gain / ||q||, B = shift / (gain scale). B stops where i
 * leaves the table for every S. A unit all of whose weights are 0 follows the sign of its bias.
 */
const constantsOf = (
  { gain, shift: offset }: Unit,
  integers: Int8Array,
  scale: number,
  refuse: (sums: number, biases: number) => never,
) => {
  const norm = normOf(integers);
  const largest = magnitudeOf(integers);
  const slope = Math.max(LEAST_SLOPE, norm === 0 ? 1 : (STEPS * gain) / norm);
  const beyond = largest + Math.ceil((2 * MOST_INDEX) / slope);
  const scaling = scalingFor(slope, largest + beyond) ?? refuse(largest, beyond);
  const index =
    norm === 0 ? Math.sign(offset) * Number.POSITIVE_INFINITY || beyond : (STEPS * offset) / (scale * norm);
  const bias = Math.round(Math.max(-beyond, Math.min(beyond, index / scaling.slope)));
  return { ...scaling, bias };
};

/** Integers and constants of stochastic neurons on pixels. Throws ConfigError for means that exceed 53 bits. */
export const pixelUnits = (
  network: Network,
  layer: Extract<PlannedLayer, { type: "pixels" }>,
  units: readonly Unit[],
): Pick<PixelLayer, "weight" | "bias" | "gain"> & Scales => {
  const rounded = units.map(({ weights }) => nearestIntegers(weights, BYTE));
  const scales = rounded.map(({ scale }) => scale / PIXEL_STEPS[network.encoding]);
  const gain = Int32Array.from(units, (unit) =>
    Math.max(1, Math.min(MOST_GAIN, Math.round(STEPS * unit.gain * 2 ** GAIN_BITS))),
  );
  const bias = Int32Array.from(units, ({ shift }, k) =>
    limited((STEPS * 2 ** GAIN_BITS * shift) / (gain[k]! * scales[k]!)),
  );
  const largest = rounded.map(({ integers }, k) => largestMean(gain[k]!, magnitudeOf(integers), bias[k]!));
  if (!largest.every(isExact))
    throw new ConfigError(`integers of network ${network.name}, ${layer.name}`, {
      given: `means of up to ${Math.max(...largest).toPrecision(2)}`,
      expected: "at most 53 bits",
      remedy: "Use a layer with fewer inputs or smaller gains.",
    });
  return { weight: joined(rounded), gain, bias, scales };
};

/**
 * Constants of the synapse law (synapses.ts), for Bernoulli noise of p = 1/2: of the weights as they are, the gain has the sign
 * that the opposite weights took, and b = sqrt(2) s shift with s = 1/2.
 */
export const synapseLaw = (
  network: Network,
  units: readonly Unit[],
  scales: readonly number[],
): { readonly synapses?: SynapseLaw } => {
  if (!hasMasks(network)) return {};
  const one = 2 ** SYNAPSE_BITS;
  const of = (value: (unit: Unit, k: number) => number): Int32Array =>
    Int32Array.from(units, (unit, k) => Math.max(-(2 ** 29), Math.min(2 ** 29, Math.round(value(unit, k)))));
  const sign = ({ isOpposite }: Unit): number => (isOpposite ? -1 : 1);
  return {
    synapses: {
      mask: of((unit) => sign(unit) * one),
      offset: of((unit) => sign(unit) * one * ((sign(unit) * unit.gain) / Math.SQRT2 - 1 / 2)),
      drive: of(({ shift }, k) => (one * shift) / (Math.SQRT2 * scales[k]!)),
    },
  };
};
