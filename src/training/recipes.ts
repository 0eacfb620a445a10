/** Settings with which the paper's networks learn well: what `nsm train NAME` starts from. */
import { type BaselineName, baselineOf } from "../networks/baselines.ts";
import type { TrainingDescription } from "./configuration.ts";

/** For two hours on two cores: docs/results.md has what was compared. Longer training profits from `pad: 4` too. */
const cifar: TrainingDescription = {
  epochs: 16,
  halfSizeEpochs: 11,
  learningRate: 2e-3,
  warmupSteps: 200,
  initialization: "balanced",
  augmentation: { flip: true },
};

/** The twin's rate comes from the same search; it has no noise to be balanced. */
const cifarTwin: TrainingDescription = { ...cifar, learningRate: 4e-3, initialization: "random" };

/** docs/results.md, last section. */
const lightDecay: TrainingDescription = { optimizer: { type: "adam", weightDecay: 1e-5 } };

interface Recipes {
  readonly stochastic: TrainingDescription;
  readonly conventional: TrainingDescription;
}

const RECIPES: Readonly<Record<string, Recipes>> = {
  "mnist-cnn": { stochastic: { ...lightDecay, initialization: "balanced" }, conventional: lightDecay },
  "mnist-mlp": { stochastic: lightDecay, conventional: lightDecay },
  "cifar10-allconv": { stochastic: cifar, conventional: cifarTwin },
  "cifar100-allconv": { stochastic: cifar, conventional: cifarTwin },
};

/** Those for a baseline of that network, with the baseline's estimator. */
export const baselineRecipe = (network: string, name: BaselineName): TrainingDescription => {
  const { neuron, estimator } = baselineOf(name);
  const recipe = recipeOf(network, neuron === "nsm" ? "stochastic" : "conventional");
  return { ...recipe, ...(estimator && { estimator }) };
};

/** The settings for the network of that name, or for its twin, where they are others than the defaults. */
export const recipeOf = (network: string, kind: keyof Recipes = "stochastic"): TrainingDescription =>
  Object.hasOwn(RECIPES, network) ? RECIPES[network]![kind] : {};
