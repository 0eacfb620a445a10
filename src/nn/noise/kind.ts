/** A kind of synaptic noise: one file, listed in noise.ts. */
import type * as z from "zod";
import type { Key } from "../../random/key.ts";

/** Range of Var(xi) in which gains and scaled biases are float32 numbers. */
export const [MIN_VARIANCE, MAX_VARIANCE] = [1e-12, 1e12];

/**
 * The multiplicative noise xi of equation (4), independent and identically distributed for every synapse and
 * every forward pass. `Noise` is its description in a network's JSON; `type` names the kind.
 *
 * The unit law of equation (2) uses only mean and variance. It is exact for Gaussian noise and a
 * central-limit approximation for every other kind. The synapse law draws each xi with `fill` and is exact
 * for all kinds.
 */
export interface NoiseKind<Noise extends { readonly type: string }> {
  /** A strict object with the literal `type`, which also validates the parameters. */
  readonly schema: z.ZodObject<z.ZodRawShape & { type: z.ZodLiteral<Noise["type"]> }> & z.ZodType<Noise>;
  /** Short text that distinguishes noises of this kind, such as "0.5"; part of run folder names. */
  readonly label: (noise: Noise) => string;
  /** Mean E(xi). */
  readonly mean: (noise: Noise) => number;
  /** Variance Var(xi), greater than 0. */
  readonly variance: (noise: Noise) => number;
  /**
   * Fills `out` with independent samples of xi determined by `key`. A shorter array gets the first samples of
   * a longer one.
   */
  readonly fill: (noise: Noise, key: Key, out: Float32Array) => void;
}
