/** Parts of layers in integers. */
import { ConfigError } from "../errors.ts";
import { grouped } from "../grouped.ts";
import type { LayerPlan } from "../networks/layers/kind.ts";
import type { Model } from "../networks/model.ts";
import type { Network } from "../networks/network.ts";
import { MOST_SUM } from "./scaling.ts";
import type { RoundedWeights } from "./weights.ts";

/** Integer of a pixel value of 1, or of one standard deviation. */
export const PIXEL_STEPS = { real: 255, standard: 256, sign: 1 } as const;

/** A layer's parameters of one kind, if it has them. */
export const valuesOf = (
  { parameters }: Model,
  { name }: Pick<LayerPlan, "name">,
  kind: string,
): Float32Array | undefined => parameters[`${name}.${kind}`];

/** Weights of one unit. */
export const rowOf = (values: Float32Array, unit: number, length: number): Float32Array =>
  values.subarray(unit * length, (unit + 1) * length);

/** Nearest whole number of 32 bits. */
export const limited = (x: number): number => Math.round(Math.max(-(2 ** 31) + 1, Math.min(2 ** 31 - 1, x)));

export const joined = (units: readonly Pick<RoundedWeights, "integers">[]): Int8Array =>
  Int8Array.from(units.flatMap(({ integers }) => [...integers]));

/** Largest sum that spikes can give. */
export const magnitudeOf = (integers: Int8Array): number => integers.reduce((sum, q) => sum + Math.abs(q), 0);

/** Throws ConfigError for sums that, with their biases, are too large for a layer. */
export const refuseSums = (network: Network, name: string, sums: number, biases: number): never => {
  throw new ConfigError(`integers of network ${network.name}, ${name}`, {
    given: `sums of up to ${grouped(sums)} and biases of up to ${grouped(biases)}`,
    expected: `at most ${grouped(MOST_SUM)} together, whose product with a factor of 9 bits has 32 bits`,
    remedy: "Use fewer bits for the weights, or a layer with fewer inputs.",
  });
};
