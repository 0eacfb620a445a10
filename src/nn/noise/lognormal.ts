/**
 * Lognormal noise of mean 1: xi = exp(sigma n - sigma^2 / 2), n ~ N(0, 1), so that Var(xi) = exp(sigma^2) -
 * 1. It models the conductance of memory cells whose logarithm varies from read to read.
 */
import * as z from "zod";
import { ConfigError } from "../../errors.ts";
import { fillNormal } from "../../random/fill.ts";
import type { NoiseKind } from "./kind.ts";

/** Maximum sigma. Above it the central-limit approximation fails, and exp(sigma^2) soon overflows float32. */
const MAX_SIGMA = 4;

/** Minimum sigma: the variance of a smaller one is below what float32 gains allow. */
const MIN_SIGMA = 1e-6;

const schema = z.strictObject({
  type: z.literal("lognormal"),
  sigma: z
    .number()
    .min(MIN_SIGMA)
    .max(MAX_SIGMA)
    .describe("standard deviation of log(xi); the mean of xi is 1"),
});

/** Description of lognormal noise. */
export type Lognormal = Readonly<z.infer<typeof schema>>;

export const lognormalKind = {
  schema,
  label: ({ sigma }) => `${sigma}`,
  mean: () => 1,
  variance: ({ sigma }) => Math.expm1(sigma ** 2),
  fill: ({ sigma }, key, out) => {
    fillNormal(key, out);
    for (let k = 0; k < out.length; k++) out[k] = Math.exp(sigma * out[k]! - sigma ** 2 / 2);
  },
} satisfies NoiseKind<Lognormal>;

/**
 * Lognormal noise of mean 1. `sigma` is the standard deviation of log(xi), 0 < sigma <= 4. Throws ConfigError
 * otherwise.
 */
export const lognormal = (sigma: number): Lognormal => {
  if (!(sigma >= MIN_SIGMA && sigma <= MAX_SIGMA))
    throw new ConfigError("lognormal noise", {
      given: `sigma = ${sigma}`,
      expected: `a standard deviation of log(xi) above 0, at most ${MAX_SIGMA}`,
      remedy: "Choose another sigma, such as 0.5.",
    });
  return { type: "lognormal", sigma };
};
