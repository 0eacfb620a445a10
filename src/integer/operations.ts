/**
 * Operations of a network in integers, counted by the formulas of networks/integers.ts: of one pass, and of what is computed
 * once an image. A sum of n terms and a bias is n additions, since a spike only chooses between adding and subtracting.
 */

import { bordersOf } from "../networks/integers/borders.ts";
import {
  type IntegerLayer,
  type IntegerNetwork,
  type PixelLayer,
  pooledShape,
  type SpikeLayer,
  type WeightWidth,
} from "../networks/integers/integers.ts";
import { sizeOf } from "../tensor/tensor.ts";
import { SILENCE_BITS } from "./silence.ts";

export interface Operations {
  /** Additions and subtractions of up to 32 bits. */
  readonly additions: number;
  readonly multiplications: number;
  /** Those of the multiplications that are of a weight and a pixel, of 8 bits each about. */
  readonly byteProducts: number;
  readonly comparisons: number;
  /** Reads of a table: silences, powers of two. */
  readonly lookUps: number;
  readonly randomBits: number;
  /** Bytes of weights and constants that are read, each once. */
  readonly bytes: number;
}

export interface LayerOperations extends Operations {
  readonly name: string;
}

/** Operations of a network. */
export interface NetworkOperations {
  /** Operations of one pass, layer by layer, without those in `perImage`. */
  readonly layers: readonly LayerOperations[];
  /** Operations of one pass: the sum of `layers`. An image takes `perImage`, and this for each of its passes. */
  readonly total: Operations;
  /** Operations that all passes of an image share: everything up to the silence of the first stochastic layer. */
  readonly perImage: Operations;
}

const NONE: Operations = {
  additions: 0,
  multiplications: 0,
  byteProducts: 0,
  comparisons: 0,
  lookUps: 0,
  randomBits: 0,
  bytes: 0,
};

const plus = (a: Operations, b: Operations): Operations => ({
  additions: a.additions + b.additions,
  multiplications: a.multiplications + b.multiplications,
  byteProducts: a.byteProducts + b.byteProducts,
  comparisons: a.comparisons + b.comparisons,
  lookUps: a.lookUps + b.lookUps,
  randomBits: a.randomBits + b.randomBits,
  bytes: a.bytes + b.bytes,
});

/** Counts the operations of a network. */
export const operationsOf = (network: IntegerNetwork): NetworkOperations => {
  const { layers } = network;
  const first = layers.findIndex(isStochastic);
  const passes = layers.map((layer, k) => ({
    name: layer.name,
    ...(k < first ? NONE : k === first ? recalled(layer as SpikeLayer | PixelLayer) : whole(network, layer)),
  }));
  const shared = layers.slice(0, first + 1).map((layer) => summing(network, layer));
  return { layers: passes, total: passes.reduce(plus, NONE), perImage: shared.reduce(plus, NONE) };
};

const isStochastic = ({ type }: IntegerLayer): boolean => type === "spikes" || type === "pixels";

const whole = (network: IntegerNetwork, layer: IntegerLayer): Operations => {
  const own = summing(network, layer);
  return isStochastic(layer) ? plus(own, drawing(layer as SpikeLayer | PixelLayer)) : own;
};

/** Draws from silences that were computed once an image, and are read again. */
const recalled = (layer: SpikeLayer | PixelLayer): Operations => {
  const own = drawing(layer);
  return { ...own, lookUps: own.comparisons };
};

/** Random numbers and comparisons with them. */
const drawing = ({ unitShape, pool }: SpikeLayer | PixelLayer): Operations => {
  const windows = sizeOf(pooledShape(unitShape, pool));
  return { ...NONE, comparisons: windows, randomBits: windows * SILENCE_BITS };
};

/** Everything else of a layer. */
const summing = (network: IntegerNetwork, layer: IntegerLayer): Operations => {
  if (layer.type === "sum") return { ...NONE, additions: sizeOf(layer.inputShape) };
  const bytes = bytesOf(network, layer);
  if (layer.type === "readout") return readout(layer.bias.length, layer.inputs, bytes);
  const [channels] = layer.unitShape;
  const units = sizeOf(layer.unitShape);
  const { border, taps } = bordersOf(layer);
  const inside = taps.map((each) => each.filter(Boolean).length * layer.inputShape[0]);
  const terms = channels * border.reduce((sum, k) => sum + inside[k]!, 0);
  if (layer.type === "sign")
    return { ...NONE, additions: terms, ...products(network, terms), comparisons: units, bytes };
  // Of silences in a pooled window.
  const joint = units - sizeOf(pooledShape(layer.unitShape, layer.pool));
  if (layer.type === "spikes")
    return { ...NONE, additions: terms, multiplications: units + joint, lookUps: units, bytes };
  // Products with the weights and their squares, and a division and a root, counted as 32 steps each.
  return {
    ...NONE,
    additions: 2 * terms + units * ROOT_STEPS,
    multiplications: 2 * terms + units + joint,
    byteProducts: terms,
    lookUps: units,
    bytes,
  };
};

/** Products of weights and pixels; none where pixels are -1 and +1. */
const products = ({ pixels }: IntegerNetwork, terms: number) => {
  const count = pixels.every((e) => Math.abs(e) === 1) ? 0 : terms;
  return { multiplications: count, byteProducts: count };
};

/** Additions of a division and a square root, bit by bit. */
const ROOT_STEPS = 64;

/** Sums, scaling, and the softmax: a maximum, a difference, a table, a sum and a division for each class. */
const readout = (classes: number, inputs: number, bytes: number): Operations => ({
  ...NONE,
  additions: classes * (inputs + 2) + classes * (ROOT_STEPS / 2),
  multiplications: classes,
  comparisons: classes,
  lookUps: classes,
  bytes,
});

/** Bits in which a weight is stored. */
const STORED_BITS: Readonly<Record<WeightWidth, number>> = { int8: 8, int4: 4, ternary: 2 };

/** Bits of the weights of a layer: those on pixels and of the readout have 8. */
const bitsOf = ({ weights, layers }: IntegerNetwork, layer: IntegerLayer): number =>
  layer.type === "spikes" && layer !== layers[0] ? STORED_BITS[weights] : 8;

/** Bytes of a constant. */
const CONSTANT_BYTES = { bias: 4, factor: 2, shift: 1, gain: 4 } as const;

const bytesOf = (network: IntegerNetwork, layer: IntegerLayer): number => {
  if (layer.type === "sum") return 0;
  const weights = Math.ceil((layer.weight.length * bitsOf(network, layer)) / 8);
  const constants = Object.entries(CONSTANT_BYTES).map(
    ([name, bytes]) =>
      ((layer as unknown as Record<string, ArrayLike<number> | undefined>)[name]?.length ?? 0) * bytes,
  );
  const borders = layer.type === "spikes" && layer.borders > 1 ? 2 * layer.border.length : 0;
  return weights + borders + constants.reduce((sum, bytes) => sum + bytes, 0);
};

/** Bytes of all weights and constants of a network. */
export const integerBytes = (network: IntegerNetwork): number =>
  network.layers.reduce((sum, layer) => sum + bytesOf(network, layer), 0);
