/** Gaussian noise: xi ~ N(1, sigma^2). The paper's gNSM. */
import * as z from "zod";
import { ConfigError } from "../../errors.ts";
import { fillNormal } from "../../random/fill.ts";
import type { NoiseKind } from "./kind.ts";

const schema = z.strictObject({
  type: z.literal("gaussian"),
  sigma: z.number().gt(0).describe("standard deviation of the factor on each weight, whose mean is 1"),
});

/** Description of Gaussian noise. */
export type Gaussian = Readonly<z.infer<typeof schema>>;

export const gaussianKind = {
  schema,
  label: ({ sigma }) => `${sigma}`,
  mean: () => 1,
  variance: ({ sigma }) => sigma ** 2,
  fill: ({ sigma }, key, out) => {
    fillNormal(key, out);
    for (let k = 0; k < out.length; k++) out[k] = 1 + sigma * out[k]!;
  },
} satisfies NoiseKind<Gaussian>;

/** Gaussian noise of mean 1 and standard deviation `sigma` > 0. Throws ConfigError for another sigma. */
export const gaussian = (sigma: number): Gaussian => {
  if (!(sigma > 0 && Number.isFinite(sigma)))
    throw new ConfigError("Gaussian noise", {
      given: `sigma = ${sigma}`,
      expected: "a positive, finite standard deviation",
      remedy: "The paper uses 1.",
    });
  return { type: "gaussian", sigma };
};
