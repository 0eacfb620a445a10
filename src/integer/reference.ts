/**
 * The reference of a network in integers: what is computed, line by line, to be read beside the paper. Slow and plain; other
 * implementations give the same integers.
 */

import type {
  IntegerLayer,
  IntegerNetwork,
  PixelLayer,
  ReadoutLayer,
  SignLayer,
  SpikeLayer,
  SumLayer,
  Windows,
} from "../networks/integers/integers.ts";
import { pixelIntegers } from "../networks/integers/integers.ts";
import { GAIN_BITS } from "./gain-bits.ts";
import { scaled } from "./scaling.ts";
import { bothSilent, LEAST_INDEX, MOST_INDEX, SILENCE } from "./silence.ts";
import { integerSoftmax } from "./softmax.ts";
import { type BitsOfLayer, spikesBySynapses } from "./synapses.ts";
import { forEachUnit, poolWindows } from "./windows.ts";

/** Random numbers of 15 bits: of unit or pooled window k of a layer, which are [units, height, width]. */
export type RandomOfLayer = (layer: SpikeLayer | PixelLayer) => (k: number) => number;

/** What a pass gives. */
export interface IntegerPass {
  /** Outputs of every layer, by its name: spikes of -1 and +1, sums, and logits. */
  readonly outputs: Readonly<Record<string, Int32Array>>;
  /** [classes], in units of 2^-10 octaves. */
  readonly logits: Int32Array;
  /** [classes], in units of 2^-24. */
  readonly probabilities: readonly number[];
}

/** One pass of an image of pixels 0..255, [channels, height, width]. */
export const integerPass = (network: IntegerNetwork, image: Uint8Array, random: RandomOfLayer): IntegerPass =>
  passOf(network, image, (layer, z) => {
    const indices = layer.type === "spikes" ? spikeIndices(layer, z) : pixelIndices(layer, z);
    return spikesOf(layer, indices, random(layer));
  });

/**
 * One pass by the synapse law, with a random bit for each synapse. Throws TypeError for a network whose noise is not Bernoulli
 * with p = 1/2.
 */
export const integerPassBySynapses = (
  network: IntegerNetwork,
  image: Uint8Array,
  bits: BitsOfLayer,
): IntegerPass => passOf(network, image, (layer, z) => spikesBySynapses(layer, z, bits(layer)));

const passOf = (network: IntegerNetwork, image: Uint8Array, draw: Draw): IntegerPass => {
  let z = pixelIntegers(network, image);
  const outputs: Record<string, Int32Array> = {};
  for (const layer of network.layers) {
    z = outputOf(layer, z, draw);
    outputs[layer.name] = z;
  }
  return { outputs, logits: z, probabilities: integerSoftmax(z) };
};

/** Draws the spikes of a stochastic layer with the inputs z. */
type Draw = (layer: SpikeLayer | PixelLayer, z: Int32Array) => Int32Array;

const outputOf = (layer: IntegerLayer, z: Int32Array, draw: Draw): Int32Array => {
  switch (layer.type) {
    case "spikes":
    case "pixels":
      return draw(layer, z);
    case "sign":
      return signsOf(layer, z);
    case "sum":
      return sumsOf(layer, z);
    case "readout":
      return logitsOf(layer, z);
  }
};

const countOf = ({ unitShape: [units, height, width] }: Windows): number => units * height * width;

const clamp = (index: number): number => Math.max(LEAST_INDEX, Math.min(MOST_INDEX, index));

/** i = round((S + B) F 2^-s) of each unit. */
const spikeIndices = (layer: SpikeLayer, z: Int32Array): Int32Array => {
  const [units, height, width] = layer.unitShape;
  const indices = new Int32Array(countOf(layer));
  forEachUnit(layer, (unit, location, q, taps) => {
    let sum = 0;
    for (const { tap, input } of taps) sum += q[tap]! * z[input]!;
    const k = layer.border[location]! * units + unit;
    indices[unit * height * width + location] = clamp(
      scaled(sum + layer.bias[k]!, layer.factor[k]!, layer.shift[k]!),
    );
  });
  return indices;
};

/** i = floor((2 G (S + B) + R) / (2 R)) of each unit; where all pixels are 0, it follows the sign of its bias. */
const pixelIndices = (layer: PixelLayer, e: Int32Array): Int32Array => {
  const [, height, width] = layer.unitShape;
  const indices = new Int32Array(countOf(layer));
  forEachUnit(layer, (unit, location, q, taps) => {
    let [sum, power] = [0, 0];
    for (const { tap, input } of taps) {
      const term = q[tap]! * e[input]!;
      sum += term;
      power += term * term;
    }
    const root = 2 ** (GAIN_BITS - layer.rootBits) * Math.floor(Math.sqrt(4 ** layer.rootBits * power));
    const mean = layer.gain[unit]! * (sum + layer.bias[unit]!);
    const index =
      root === 0 ? (mean >= 0 ? MOST_INDEX : LEAST_INDEX) : Math.floor((2 * mean + root) / (2 * root));
    indices[unit * height * width + location] = clamp(index);
  });
  return indices;
};

/** Spikes of units, or of pooled windows: silent if r < Q, where the Q of a window is the product over its units. */
const spikesOf = (
  layer: SpikeLayer | PixelLayer,
  indices: Int32Array,
  random: (k: number) => number,
): Int32Array =>
  poolWindows(layer, (places, window) => {
    const silence = places.map((place) => SILENCE[indices[place]! - LEAST_INDEX]!).reduce(bothSilent);
    return random(window) < silence ? -1 : 1;
  });

const signsOf = (layer: SignLayer, z: Int32Array): Int32Array => {
  const [, height, width] = layer.unitShape;
  const signs = new Int32Array(countOf(layer));
  forEachUnit(layer, (unit, location, q, taps) => {
    let sum = layer.bias[unit]!;
    for (const { tap, input } of taps) sum += q[tap]! * z[input]!;
    signs[unit * height * width + location] = sum >= 0 ? 1 : -1;
  });
  return signs;
};

const sumsOf = ({ size, inputShape: [channels, height, width] }: SumLayer, z: Int32Array): Int32Array => {
  const [down, across] = [Math.floor(height / size), Math.floor(width / size)];
  const sums = new Int32Array(channels * down * across);
  for (let c = 0; c < channels; c++)
    for (let y = 0; y < down * size; y++)
      for (let x = 0; x < across * size; x++)
        sums[(c * down + Math.floor(y / size)) * across + Math.floor(x / size)]! +=
          z[(c * height + y) * width + x]!;
  return sums;
};

const logitsOf = ({ weight, bias, factor, shift, inputs }: ReadoutLayer, z: Int32Array): Int32Array =>
  bias.map((b, unit) => {
    let sum = b;
    for (let j = 0; j < inputs; j++) sum += weight[unit * inputs + j]! * z[j]!;
    return scaled(sum, factor[unit]!, shift[unit]!);
  });
