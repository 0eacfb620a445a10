/** Blank-out noise: xi ~ Bernoulli(p); a synapse transmits with probability p. The paper's bNSM. */
import * as z from "zod";
import { ConfigError } from "../../errors.ts";
import { fillBernoulli } from "../../random/fill.ts";
import type { NoiseKind } from "./kind.ts";

const schema = z.strictObject({
  type: z.literal("bernoulli"),
  p: z.number().gt(0).lt(1).describe("probability that a synapse transmits"),
});

/** Description of Bernoulli noise. */
export type Bernoulli = Readonly<z.infer<typeof schema>>;

export const bernoulliKind = {
  schema,
  label: ({ p }) => `${p}`,
  mean: ({ p }) => p,
  variance: ({ p }) => p * (1 - p),
  fill: ({ p }, key, out) => fillBernoulli(key, p, out),
} satisfies NoiseKind<Bernoulli>;

/** Bernoulli noise: a synapse transmits with probability `p`, 0 < p < 1. Throws ConfigError for another p. */
export const bernoulli = (p: number): Bernoulli => {
  if (!(p > 0 && p < 1))
    throw new ConfigError("Bernoulli noise", {
      given: `p = ${p}`,
      expected: "a probability strictly between 0 and 1",
      remedy: "The paper uses 0.5.",
    });
  return { type: "bernoulli", p };
};
