/** Registry of the kinds of synaptic noise, and functions for noise of any kind. */
import { z } from "zod";
import type { Key } from "../../random/key.ts";
import { type Bernoulli, bernoulliKind } from "./bernoulli.ts";
import { type Gaussian, gaussianKind } from "./gaussian.ts";
import type { NoiseKind } from "./kind.ts";
import { type Lognormal, lognormalKind } from "./lognormal.ts";
import { type Table, tableKind } from "./table.ts";

export type Noise = Bernoulli | Gaussian | Lognormal | Table;

const KINDS = {
  bernoulli: bernoulliKind,
  gaussian: gaussianKind,
  lognormal: lognormalKind,
  table: tableKind,
} satisfies { readonly [Type in Noise["type"]]: NoiseKind<Extract<Noise, { type: Type }>> };

const kindOf = (noise: Noise): NoiseKind<Noise> => KINDS[noise.type] as unknown as NoiseKind<Noise>;

/** Names of the kinds of noise. */
export const NOISE_TYPES = Object.keys(KINDS) as readonly Noise["type"][];

/** Schema of a noise description. */
export const noiseSchema = z
  .discriminatedUnion("type", [
    KINDS.bernoulli.schema,
    KINDS.gaussian.schema,
    KINDS.lognormal.schema,
    KINDS.table.schema,
  ])
  .describe("the multiplicative noise of every synapse");

/** Mean E(xi). */
export const noiseMean = (noise: Noise): number => kindOf(noise).mean(noise);

/** Variance Var(xi). */
export const noiseVariance = (noise: Noise): number => kindOf(noise).variance(noise);

/** Fills `out` with independent samples of xi determined by `key`. */
export const fillXi = (noise: Noise, key: Key, out: Float32Array): void =>
  kindOf(noise).fill(noise, key, out);

/** Short name with parameters, such as "bernoulli0.5". */
export const noiseLabel = (noise: Noise): string => `${noise.type}${kindOf(noise).label(noise)}`;
