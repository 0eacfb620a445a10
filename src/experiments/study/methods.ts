/** Methods that tables compare: networks of given widths with their training settings. */

import type { ImageSplit } from "../../datasets/dataset.ts";
import { CheckpointError } from "../../errors.ts";
import { type BaselineName, baseline } from "../../networks/baselines.ts";
import { type Encoding, type Network, withEncoding } from "../../networks/network.ts";
import { bernoulli } from "../../nn/noise/bernoulli.ts";
import { gaussian } from "../../nn/noise/gaussian.ts";
import type { Noise } from "../../nn/noise/noise.ts";
import type { TrainingDescription } from "../../training/configuration.ts";
import { baselineRecipe, recipeOf } from "../../training/recipes.ts";
import type { Study, Trial } from "./study.ts";

export interface Method {
  readonly name: string;
  readonly network: Network;
  readonly training: TrainingDescription;
  /** The paper's error, in per cent; null where it has none. */
  readonly paper: number | null;
  /**
   * First learning rates of its search, lowest first; without a search it learns at the middle one. Default: 5e-4, 1e-3
   * and 2e-3 in a search, the default of its training settings without one.
   */
  readonly firstRates?: readonly [number, number, number];
  /** Message of the error that prevents training it, if any. */
  readonly problem?: string;
}

/** The paper's kinds of noise. */
export const BERNOULLI = bernoulli(0.5);
export const GAUSSIAN = gaussian(1);

/** A stochastic network, trained by its recipe. */
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

/** A baseline of the same widths. */
export const compared = (
  name: string,
  build: (noise: Noise) => Network,
  kind: BaselineName,
  paper: number | null,
): Method => {
  const network = build(BERNOULLI);
  return { name, network: baseline(network, kind), training: baselineRecipe(network.name, kind), paper };
};

/**
 * The method by the optimiser of another, so that a difference is not taken for the optimiser's. The rate of its own recipe,
 * which suits that recipe's optimiser alone, is left out.
 */
export const byOptimizerOf = (
  { training: { optimizer: _own, learningRate: _rate, ...rest }, ...method }: Method,
  { training: { optimizer } }: Method,
): Method => ({ ...method, training: { ...rest, ...(optimizer && { optimizer }) } });

const ENCODINGS_IN_WORDS: Readonly<Record<Encoding, string>> = {
  sign: "signs of pixels",
  real: "real pixels",
  standard: "standardized pixels",
};

/** The method with that encoding of pixels, which its name then states; its run is the method's where it has it. */
export const encoded = (method: Method, encoding: Encoding): Method => ({
  ...method,
  name: `${method.name}, ${ENCODINGS_IN_WORDS[encoding]}`,
  network: withEncoding(method.network, encoding),
});

/** Trial of a method with that seed at the study's budget. Throws CheckpointError for a method with a problem. */
export const trialOf = (
  { budget }: Pick<Study, "budget">,
  { name, network, training, problem }: Method,
  split: ImageSplit,
  seed: number,
): Trial => {
  if (problem !== undefined)
    throw new CheckpointError(`training ${name}`, {
      given: problem,
      expected: "a search that came to its end",
      remedy: "Remove what is damaged: it is made anew.",
    });
  const length = lengthOf(training, budget.epochs);
  return { title: `${name}, seed ${seed}`, network, training: { ...training, ...length, seed }, split };
};

/** Settings for `epochs` epochs, with the recipe's fraction of epochs on images of half the size. */
const lengthOf = (
  { epochs: recipe = 1, halfSizeEpochs }: TrainingDescription,
  epochs: number,
): Pick<TrainingDescription, "epochs" | "halfSizeEpochs"> => ({
  epochs,
  ...(halfSizeEpochs !== undefined && { halfSizeEpochs: Math.floor((halfSizeEpochs * epochs) / recipe) }),
});
