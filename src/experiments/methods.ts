/** What tables compare: ways to make a network of given widths, and to train it. */
import { type BaselineName, baseline, baselineOf } from "../networks/baselines.ts";
import type { Network } from "../networks/network.ts";
import { bernoulli, gaussian, type Noise } from "../nn/noise.ts";
import type { TrainingDescription } from "../training/configuration.ts";
import { recipeOf } from "../training/recipes.ts";

export interface Method {
  readonly name: string;
  readonly network: Network;
  readonly training: TrainingDescription;
  /** The paper's error, in per cent; null where it has none. */
  readonly paper: number | null;
}

/** The paper's noises. */
export const BERNOULLI = bernoulli(0.5);
export const GAUSSIAN = gaussian(1);

/** A stochastic network, by its recipe. */
export const stochastic = (
  name: string,
  build: (noise: Noise) => Network,
  noise: Noise,
  paper: number | null,
): Method => {
  const network = build(noise);
  return {
    name,
    network: { ...network, name: `${network.name}-${noise.type}` },
    training: recipeOf(network.name),
    paper,
  };
};

/** One to compare with, of the same widths. */
export const compared = (
  name: string,
  build: (noise: Noise) => Network,
  kind: BaselineName,
  paper: number | null,
): Method => {
  const network = build(BERNOULLI);
  const { estimator, neuron } = baselineOf(kind);
  const recipe = recipeOf(network.name, neuron === "nsm" ? "stochastic" : "conventional");
  return {
    name,
    network: baseline(network, kind),
    training: { ...recipe, ...(estimator && { estimator }) },
    paper,
  };
};
