/** The multiplicative synaptic noise xi of equation (4): its law, mean and variance. PAPER table of noises. */
import { ConfigError } from "../errors.ts";

export type Noise =
  /** xi ~ Bernoulli(p), "blank-out": a synapse transmits with probability p, 0 < p < 1. */
  | { readonly type: "bernoulli"; readonly p: number }
  /** xi ~ N(1, sigma^2), sigma > 0. */
  | { readonly type: "gaussian"; readonly sigma: number };

/** Bernoulli noise: a synapse transmits with probability `p`, strictly between 0 and 1. */
export const bernoulli = (p: number): Noise => {
  if (!(p > 0 && p < 1))
    throw new ConfigError("Bernoulli noise", {
      given: `p = ${p}`,
      expected: "a probability strictly between 0 and 1",
      remedy: "The paper uses 0.5.",
    });
  return { type: "bernoulli", p };
};

/** Gaussian noise of mean 1 and standard deviation `sigma` > 0. */
export const gaussian = (sigma: number): Noise => {
  if (!(sigma > 0 && Number.isFinite(sigma)))
    throw new ConfigError("Gaussian noise", {
      given: `sigma = ${sigma}`,
      expected: "a positive, finite standard deviation",
      remedy: "The paper uses 1.",
    });
  return { type: "gaussian", sigma };
};

/** E(xi). */
export const noiseMean = (noise: Noise): number => (noise.type === "bernoulli" ? noise.p : 1);

/** Var(xi). */
export const noiseVariance = (noise: Noise): number =>
  noise.type === "bernoulli" ? noise.p * (1 - noise.p) : noise.sigma ** 2;
