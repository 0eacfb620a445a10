/**
 * The reference of a network in integers: what is computed, line by line, to be read beside the paper. Slow and plain; other
 * implementations give the same integers.
 */

import {
  fanIn,
  type IntegerLayer,
  type IntegerNetwork,
  type PixelLayer,
  pooledShape,
  type ReadoutLayer,
  type SignLayer,
  type SpikeLayer,
  type SumLayer,
  type Windows,
} from "../networks/integers.ts";
import { GAIN_BITS } from "./gain-bits.ts";
import { scaled } from "./scaling.ts";
import { bothSilent, LEAST_INDEX, MOST_INDEX, SILENCE } from "./silence.ts";
import { integerSoftmax } from "./softmax.ts";

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
export const integerPass = (
  { pixels, input: [, height, width], layers }: IntegerNetwork,
  image: Uint8Array,
  random: RandomOfLayer,
): IntegerPass => {
  const plane = height * width;
  let z: Int32Array = Int32Array.from(image, (pixel, k) => pixels[Math.floor(k / plane) * 256 + pixel]!);
  const outputs: Record<string, Int32Array> = {};
  for (const layer of layers) {
    z = outputOf(layer, z, random);
    outputs[layer.name] = z;
  }
  return { outputs, logits: z, probabilities: integerSoftmax(z) };
};

const outputOf = (layer: IntegerLayer, z: Int32Array, random: RandomOfLayer): Int32Array => {
  switch (layer.type) {
    case "spikes":
      return spikesOf(layer, spikeIndices(layer, z), random(layer));
    case "pixels":
      return spikesOf(layer, pixelIndices(layer, z), random(layer));
    case "sign":
      return signsOf(layer, z);
    case "sum":
      return sumsOf(layer, z);
    case "readout":
      return logitsOf(layer, z);
  }
};

/** Calls `visit` for each unit with the pairs of its weights' places and its inputs' places; padding is left out. */
const forEachUnit = (
  layer: Windows,
  visit: (unit: number, location: number, taps: readonly (readonly [q: number, z: number])[]) => void,
): void => {
  const { inputShape, kernel, stride, padding, unitShape } = layer;
  const [channels, height, width] = inputShape;
  const [units, down, across] = unitShape;
  for (let unit = 0; unit < units; unit++)
    for (let i = 0; i < down; i++)
      for (let j = 0; j < across; j++) {
        const taps: [number, number][] = [];
        for (let c = 0; c < channels; c++)
          for (let a = 0; a < kernel[0]; a++)
            for (let b = 0; b < kernel[1]; b++) {
              const [y, x] = [i * stride + a - padding, j * stride + b - padding];
              if (y < 0 || y >= height || x < 0 || x >= width) continue;
              const tap = (c * kernel[0] + a) * kernel[1] + b;
              taps.push([unit * fanIn(layer) + tap, (c * height + y) * width + x]);
            }
        visit(unit, i * across + j, taps);
      }
};

const countOf = ({ unitShape: [units, height, width] }: Windows): number => units * height * width;

const clamp = (index: number): number => Math.max(LEAST_INDEX, Math.min(MOST_INDEX, index));

/** i = round((S + B) F 2^-s) of each unit. */
const spikeIndices = (layer: SpikeLayer, z: Int32Array): Int32Array => {
  const [units, height, width] = layer.unitShape;
  const indices = new Int32Array(countOf(layer));
  forEachUnit(layer, (unit, location, taps) => {
    let sum = 0;
    for (const [q, input] of taps) sum += layer.weight[q]! * z[input]!;
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
  forEachUnit(layer, (unit, location, taps) => {
    let [sum, power] = [0, 0];
    for (const [q, input] of taps) {
      const term = layer.weight[q]! * e[input]!;
      sum += term;
      power += term * term;
    }
    const root = Math.floor(Math.sqrt(2 ** (2 * GAIN_BITS) * power));
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
): Int32Array => {
  const { pool, unitShape } = layer;
  const [units, height, width] = unitShape;
  const [, down, across] = pooledShape(unitShape, pool) as [number, number, number];
  const spikes = new Int32Array(units * down * across);
  for (let k = 0; k < spikes.length; k++) {
    const [unit, i, j] = [Math.floor(k / (down * across)), Math.floor(k / across) % down, k % across];
    let silence: number | undefined;
    for (let a = 0; a < pool; a++)
      for (let b = 0; b < pool; b++) {
        const own = SILENCE[indices[(unit * height + i * pool + a) * width + j * pool + b]! - LEAST_INDEX]!;
        silence = silence === undefined ? own : bothSilent(silence, own);
      }
    spikes[k] = random(k) < silence! ? -1 : 1;
  }
  return spikes;
};

const signsOf = (layer: SignLayer, z: Int32Array): Int32Array => {
  const [, height, width] = layer.unitShape;
  const signs = new Int32Array(countOf(layer));
  forEachUnit(layer, (unit, location, taps) => {
    let sum = layer.bias[unit]!;
    for (const [q, input] of taps) sum += layer.weight[q]! * z[input]!;
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
