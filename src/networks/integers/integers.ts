/**
 * A network in integers. Activations are -1 and +1, weights a few bits, sums 32 bits. A spike costs a sum, one
 * multiplication, a look-up and a comparison with a random number:
 *
 *     S = sum_j q_ij z_j,   i = round((S + B) F 2^-s),   silent if r < Q(i)
 *
 * q_ij: integer weights; B, F, s: bias, factor and shift of the unit, by which i is 40 v for the v of equation (3); Q: table
 * of P(z = -1) in units of 2^-15 (integer/silence.ts); r: 15 random bits. A pooled window is silent by the product over its units.
 * integer/reference.ts computes it line by line, integer/program.ts by ONNX Runtime, and the export to C in C.
 */
import type { Shape } from "../../tensor/tensor.ts";
import { PIXEL_VALUES } from "../images.ts";

/** Widths of weights in integers, and the largest magnitude of each. */
export const LARGEST_WEIGHT = { int8: 127, int4: 7, ternary: 1 } as const;

export type WeightWidth = keyof typeof LARGEST_WEIGHT;

/** The widths, the widest first. */
export const WEIGHT_WIDTHS = ["int8", "int4", "ternary"] as const satisfies readonly WeightWidth[];

/** Largest magnitude of weights that are not squeezed into fewer bits: those of the first layer, and the readout's. */
export const BYTE = LARGEST_WEIGHT.int8;

/** Largest magnitude of the weights of a layer, the first of which is number 0, in a network of that width. */
export const largestWeight = (width: WeightWidth, type: string, number: number): number =>
  number === 0 || type === "readout" ? BYTE : LARGEST_WEIGHT[width];

/** Windows of a layer: a dense layer has one window, its whole input. */
export interface Windows {
  /** [channels, height, width] of what enters. */
  readonly inputShape: readonly [number, number, number];
  /** [rows, columns] of a window. */
  readonly kernel: readonly [number, number];
  readonly stride: number;
  readonly padding: number;
  /** [units, height, width] of the units, before pooling. */
  readonly unitShape: readonly [number, number, number];
}

/** A layer of weighted sums: weights are [units, channels, rows, columns]. */
interface Weighted extends Windows {
  readonly name: string;
  readonly weight: Int8Array;
}

/**
 * Constants of the synapse law (integer/synapses.ts), [units] each; only with Bernoulli noise of p = 1/2. A unit fires if
 * mask M + offset S + drive >= 0 for its masked sum M and its sum S.
 */
export interface SynapseLaw {
  readonly mask: Int32Array;
  readonly offset: Int32Array;
  readonly drive: Int32Array;
}

/**
 * Stochastic neurons whose inputs are spikes. At a padded border a part of the weights counts, so that each of several
 * `borders` has constants of its own: bias, factor and shift are [borders, units], and `border` has the number of each
 * location's, [height, width].
 */
export interface SpikeLayer extends Weighted {
  readonly type: "spikes";
  readonly pool: number;
  readonly synapses?: SynapseLaw | undefined;
  readonly bias: Int32Array;
  /** Odd, from 257 to 4095. */
  readonly factor: Int32Array;
  /** From 0 to 16. */
  readonly shift: Int32Array;
  readonly border: Uint16Array;
  readonly borders: number;
}

/**
 * Stochastic neurons whose inputs are pixels e, whose norm therefore differs from image to image:
 *
 *     i = floor((2 G (S + B) + R) / (2 R)),   R = 2^(8 - k) floor(sqrt(2^(2 k) sum_j q_j^2 e_j^2)),   G = round(40 2^8 gain)
 *
 * with as many bits k as 52 bits for the sum of squares allow. It is computed once an image.
 */
export interface PixelLayer extends Weighted {
  readonly type: "pixels";
  readonly pool: number;
  readonly synapses?: SynapseLaw | undefined;
  readonly bias: Int32Array;
  /** G, [units]. */
  readonly gain: Int32Array;
  /** k, from 0 to 8. */
  readonly rootBits: number;
}

/** Deterministic neurons on pixels: z = +1 if S + B >= 0, else -1. */
export interface SignLayer extends Weighted {
  readonly type: "sign";
  readonly bias: Int32Array;
}

/** Sums of spikes over windows of size x size: average pooling without its division. */
export interface SumLayer {
  readonly type: "sum";
  readonly name: string;
  readonly size: number;
  readonly inputShape: readonly [number, number, number];
}

/** Logits in units of 2^-10 octaves: floor((S + B) F 2^-s + 1/2); of spikes, or of sums of `terms` spikes each. */
export interface ReadoutLayer {
  readonly type: "readout";
  readonly name: string;
  /** [classes, inputs] */
  readonly weight: Int8Array;
  readonly bias: Int32Array;
  readonly factor: Int32Array;
  readonly shift: Int32Array;
  readonly inputs: number;
  readonly terms: number;
}

export type IntegerLayer = SpikeLayer | PixelLayer | SignLayer | SumLayer | ReadoutLayer;

export interface IntegerNetwork {
  readonly name: string;
  readonly weights: WeightWidth;
  /** [channels, height, width] */
  readonly input: readonly [number, number, number];
  readonly classes: number;
  /** Integer of each pixel value, [channels, 256]. */
  readonly pixels: Int32Array;
  /** In order; the readout is the last one. */
  readonly layers: readonly IntegerLayer[];
}

/** Integers of an image's pixels, [channels, height, width]. */
export const pixelIntegers = (
  { pixels, input: [, height, width] }: Pick<IntegerNetwork, "pixels" | "input">,
  image: Uint8Array,
): Int32Array =>
  Int32Array.from(image, (pixel, k) => pixels[Math.floor(k / (height * width)) * PIXEL_VALUES + pixel]!);

/** Shape of what a layer of units puts out: pooled windows that are not whole are dropped. */
export const pooledShape = ([units, height, width]: Windows["unitShape"], pool: number): Shape => [
  units,
  Math.floor(height / pool),
  Math.floor(width / pool),
];

/** Number of weights of a unit. */
export const fanIn = ({ inputShape: [channels], kernel: [rows, columns] }: Windows): number =>
  channels * rows * columns;
