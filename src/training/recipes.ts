/** Recommended training settings of networks: the defaults of `nsm train NAME`. */
import { type BaselineName, baselineOf } from "../networks/baselines.ts";
import type { TrainingDescription } from "./configuration.ts";

/** Epochs chosen for two hours on two cores by Adam. Longer training profits from `pad: 4` too. */
const allconv: TrainingDescription = {
  ...{ epochs: 16, halfSizeEpochs: 11, warmupSteps: 200 },
  augmentation: { flip: true },
};

/** Optimiser, rates and start by errors on held-out images: docs/results.md, "The paper's network by Muon". */
const cifar: TrainingDescription = {
  ...allconv,
  learningRate: 0.025,
  optimizer: { type: "muon", adam: { learningRate: 5e-3 } },
};

/** The learning rate of Adam by a search on held-out images. */
const cifarConventional: TrainingDescription = { ...allconv, learningRate: 4e-3 };

/** Weight decay: docs/results.md, last section. */
const lightDecay: TrainingDescription = { optimizer: { type: "adam", weightDecay: 1e-5 } };

/** Rate and optimiser by errors: docs/results.md, "Comparisons on held-out training digits". */
const mnist: TrainingDescription = {
  optimizer: { type: "muon" },
  learningRate: 0.02,
  initialization: "balanced",
};

/** One setting by which its stochastic layers were seen to learn in 170 steps: docs/results.md, "Gestures by lighting". */
const dvsGesture: TrainingDescription = {
  optimizer: { type: "muon" },
  learningRate: 0.03,
  initialization: "data",
};

/** Settings of networks of populations, for an hour and a quarter on two cores: docs/results.md has the comparisons. */
const populations: TrainingDescription = {
  epochs: 10,
  learningRate: 0.025,
  optimizer: { type: "muon" },
  warmupSteps: 50,
  initialization: "balanced",
  augmentation: { flip: true, pad: 2 },
};

const populationsConventional: TrainingDescription = { ...populations, initialization: "random" };

interface Recipes {
  readonly stochastic: TrainingDescription;
  readonly conventional: TrainingDescription;
}

const RECIPES: Readonly<Record<string, Recipes>> = {
  "mnist-cnn": { stochastic: mnist, conventional: lightDecay },
  "mnist-mlp": { stochastic: lightDecay, conventional: lightDecay },
  "cifar10-allconv": { stochastic: cifar, conventional: cifarConventional },
  "cifar100-allconv": { stochastic: cifar, conventional: cifarConventional },
  "dvs-gesture-allconv": { stochastic: dvsGesture, conventional: {} },
  "cifar10-population": { stochastic: populations, conventional: populationsConventional },
  "cifar10-residual": { stochastic: populations, conventional: populationsConventional },
  "cifar100-population": { stochastic: populations, conventional: populationsConventional },
};

/**
 * Settings for a baseline of the network of that name, with the baseline's estimator. Without normalization the scale of
 * weights matters, so that Adam takes the place of Muon.
 */
export const baselineRecipe = (network: string, name: BaselineName): TrainingDescription => {
  const { neuron, normalization, estimator } = baselineOf(name);
  const recipe = recipeOf(network, neuron === "nsm" ? "stochastic" : "conventional");
  const { optimizer, learningRate, ...rest } = recipe;
  const isForMuon = neuron === "nsm" || normalization !== undefined;
  return {
    ...(optimizer?.type === "muon" && !isForMuon ? rest : recipe),
    ...(estimator && { estimator }),
  };
};

/** Settings that differ from the defaults, for the network of that name or its conventional counterpart. */
export const recipeOf = (network: string, kind: keyof Recipes = "stochastic"): TrainingDescription =>
  Object.hasOwn(RECIPES, network) ? RECIPES[network]![kind] : {};
