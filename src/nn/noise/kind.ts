/** A kind of synaptic noise: one file, listed in noise.ts. */
import type { z } from "zod";
import type { Key } from "../../random/key.ts";

/**
 * The multiplicative noise xi of equation (4), iid for every synapse and every forward pass. `Noise` is its description,
 * as it stands in a network's JSON; `type` names the kind.
 *
 * The unit law of equation (2) uses mean and variance alone. It is exact for Gaussian noise and the central limit for
 * every other kind; the synapse law draws each xi with `fill` and is exact for all of them.
 */
export interface NoiseKind<Noise extends { readonly type: string }> {
  /** A strict object with the literal `type`; it also checks what the description promises. */
  readonly schema: z.ZodObject<z.ZodRawShape & { type: z.ZodLiteral<Noise["type"]> }> & z.ZodType<Noise>;
  /** Short text that tells two noises of this kind apart, such as "0.5": part of the names of run folders. */
  readonly label: (noise: Noise) => string;
  /** E(xi). */
  readonly mean: (noise: Noise) => number;
  /** Var(xi), greater than 0. */
  readonly variance: (noise: Noise) => number;
  /** Fills `out` with independent draws of xi, determined by `key`; a shorter array gets the first of a longer one's. */
  readonly fill: (noise: Noise, key: Key, out: Float32Array) => void;
}
