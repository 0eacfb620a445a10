/** Stochastic neurons in integers: weights and constants of their units. */
import { ConfigError } from "../errors.ts";
import { grouped } from "../grouped.ts";
import {
  fanIn,
  LARGEST_WEIGHT,
  type PixelLayer,
  type SpikeLayer,
  type SynapseLaw,
  type Windows,
} from "../networks/integers.ts";
import type { LayerPlan } from "../networks/layers/kind.ts";
import { isCentred } from "../networks/layers/neuron-options.ts";
import type { Model } from "../networks/model.ts";
import type { Network } from "../networks/network.ts";
import { noiseVariance } from "../nn/noise/noise.ts";
import { bordersOf } from "./borders.ts";
import { GAIN_BITS } from "./gain-bits.ts";
import { LEAST_SLOPE, scalingFor } from "./scaling.ts";
import { MOST_INDEX, STEPS } from "./silence.ts";
import { SYNAPSE_BITS } from "./synapse-bits.ts";
import { nearestIntegers, type RoundedWeights } from "./weights.ts";

/** Largest magnitude of weights that are not squeezed into fewer bits: those on pixels, and the readout's. */
export const BYTE = LARGEST_WEIGHT.int8;

/** Integer of a pixel value of 1, or of one standard deviation. */
export const PIXEL_STEPS = { real: 255, standard: 256, sign: 1 } as const;

/** A model, and the largest magnitude of its weights in integers. */
export interface Quantizer extends Model {
  readonly largest: number;
}

/** What a step of each unit's sums is of w.z. */
interface Scales {
  readonly scales: readonly number[];
}

/** A layer's parameters of one kind. */
export const valuesOf = ({ parameters }: Model, { name }: LayerPlan, kind: string): Float32Array =>
  parameters[`${name}.${kind}`]!;

/** Weights of one unit. */
export const rowOf = (values: Float32Array, unit: number, length: number): Float32Array =>
  values.subarray(unit * length, (unit + 1) * length);

/** Potential of a unit: v = (gain w.z + shift) / ||w||. */
export interface Unit {
  readonly weights: Float32Array;
  /** At least 0: a negative gain is that of the opposite weights. */
  readonly gain: number;
  readonly isOpposite: boolean;
  readonly shift: number;
}

export const unitsOf = (model: Model, plan: LayerPlan, length: number): readonly Unit[] => {
  const [weight, gain, bias] = ["weight", "gain", "bias"].map((kind) => valuesOf(model, plan, kind)) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const drive = isCentred(plan) ? valuesOf(model, plan, "mean") : undefined;
  const deviation = Math.sqrt(2 * noiseVariance(plan.noise));
  return Array.from(bias, (b, unit) => {
    const weights = rowOf(weight, unit, length);
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
  name: string,
  windows: Windows,
  units: readonly Unit[],
): Pick<SpikeLayer, "weight" | "bias" | "factor" | "shift" | "border"> & Scales => {
  const { border, taps } = bordersOf(windows);
  const length = fanIn(windows);
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
      const constants = constantsOf(given, counted, scale);
      if (!constants) return refuseSums(network, name, counted);
      bias[at] = constants.bias;
      factor[at] = constants.factor;
      shift[at] = constants.shift;
    }
  }
  return { weight, bias, factor, shift, border, scales };
};

/** Integers of a unit of which one step changes the potential enough: a small gain needs small integers. */
const steepEnough = (unit: Unit, largest: number): RoundedWeights => {
  const { weights, gain } = unit;
  const rounded = nearestIntegers(weights, largest);
  const isEnough = STEPS * gain >= LEAST_SLOPE * normOf(rounded.integers);
  return isEnough || largest === 1 ? rounded : steepEnough(unit, largest >> 1);
};

const normOf = (integers: Int8Array): number => Math.sqrt(integers.reduce((sum, q) => sum + q * q, 0));

export const magnitudeOf = (integers: Int8Array): number => integers.reduce((sum, q) => sum + Math.abs(q), 0);

/**
 * B, F and s of a unit with the integers q: i = 40 v = (S + B) 40 gain / ||q||, B = shift / (gain scale). B stops where i
 * leaves the table for every S. A unit all of whose weights are 0 follows the sign of its bias.
 */
const constantsOf = ({ gain, shift: offset }: Unit, integers: Int8Array, scale: number) => {
  const norm = normOf(integers);
  const largest = magnitudeOf(integers);
  const slope = Math.max(LEAST_SLOPE, norm === 0 ? 1 : (STEPS * gain) / norm);
  const beyond = largest + Math.ceil((2 * MOST_INDEX) / slope);
  const scaling = scalingFor(slope, largest + beyond);
  if (!scaling) return undefined;
  const index =
    norm === 0 ? Math.sign(offset) * Number.POSITIVE_INFINITY || beyond : (STEPS * offset) / (scale * norm);
  const bias = Math.round(Math.max(-beyond, Math.min(beyond, index / scaling.slope)));
  return { ...scaling, bias };
};

export const refuseSums = (network: Network, name: string, integers: Int8Array): never => {
  throw new ConfigError(`integers of network ${network.name}, ${name}`, {
    given: `sums of up to ${grouped(magnitudeOf(integers))}`,
    expected: "sums whose product with a factor of 9 bits has at most 32 bits: up to about 8,000,000",
    remedy: "Use fewer bits for the weights, or a layer with fewer inputs.",
  });
};

/** Integers and constants of stochastic neurons on pixels. */
export const pixelUnits = (
  network: Network,
  units: readonly Unit[],
): Pick<PixelLayer, "weight" | "bias" | "gain"> & Scales => {
  const rounded = units.map(({ weights }) => nearestIntegers(weights, BYTE));
  const scales = rounded.map(({ scale }) => scale / PIXEL_STEPS[network.encoding]);
  return {
    weight: joined(rounded),
    gain: Int32Array.from(units, ({ gain }) => Math.max(1, Math.round(STEPS * gain * 2 ** GAIN_BITS))),
    bias: Int32Array.from(units, ({ gain, shift }, k) =>
      limited(shift / (Math.max(gain, 2 ** -GAIN_BITS / STEPS) * scales[k]!)),
    ),
    scales,
  };
};

/**
 * Constants of the synapse law (synapses.ts), for Bernoulli noise of p = 1/2: of the weights as they are, the gain has the sign
 * that the opposite weights took, and b = sqrt(2) s shift with s = 1/2.
 */
export const synapseLaw = (
  { noise }: Network,
  units: readonly Unit[],
  scales: readonly number[],
): { readonly synapses?: SynapseLaw } => {
  if (noise.type !== "bernoulli" || noise.p !== 1 / 2) return {};
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

/** Rounded, and kept within 24 bits. */
export const limited = (x: number): number => Math.round(Math.max(-(2 ** 24), Math.min(2 ** 24, x)));

export const joined = (units: readonly RoundedWeights[]): Int8Array =>
  Int8Array.from(units.flatMap(({ integers }) => [...integers]));
