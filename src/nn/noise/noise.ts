/** Registry of the kinds of synaptic noise. A new kind is one file in this folder and a line in `KINDS`. */
import * as z from "zod";
import type { Key } from "../../random/key.ts";
import { bernoulliKind } from "./bernoulli.ts";
import { gaussianKind } from "./gaussian.ts";
import type { NoiseKind } from "./kind.ts";
import { lognormalKind } from "./lognormal.ts";
import { tableKind } from "./table.ts";

const KINDS = {
  bernoulli: bernoulliKind,
  gaussian: gaussianKind,
  lognormal: lognormalKind,
  table: tableKind,
};

type Kinds = typeof KINDS;

/** Description of a noise: an object whose `type` names its kind, with the parameters of that kind. */
export type Noise = { [Type in keyof Kinds]: z.infer<Kinds[Type]["schema"]> }[keyof Kinds];

const kindOf = (noise: Noise): NoiseKind<Noise> => KINDS[noise.type] as unknown as NoiseKind<Noise>;

/** Names of the kinds of noise. */
export const NOISE_TYPES = Object.keys(KINDS) as readonly Noise["type"][];

const schemas = Object.values(KINDS).map(({ schema }) => schema) as unknown as [Kinds["bernoulli"]["schema"]];

/** Schema of a noise description. */
export const noiseSchema: z.ZodType<Noise, Noise> = z
  .discriminatedUnion("type", schemas)
  .describe("the multiplicative noise of every synapse") as never;

/** Mean E(xi). */
export const noiseMean = (noise: Noise): number => kindOf(noise).mean(noise);

/** Variance Var(xi). */
export const noiseVariance = (noise: Noise): number => kindOf(noise).variance(noise);

/** Fills `out` with independent samples of xi determined by `key`. */
export const fillXi = (noise: Noise, key: Key, out: Float32Array): void =>
  kindOf(noise).fill(noise, key, out);

/** Short name with parameters, such as "bernoulli0.5". */
export const noiseLabel = (noise: Noise): string => `${noise.type}${kindOf(noise).label(noise)}`;
