/** Settings with which the paper's networks learn well: what `nsm train NAME` starts from. */
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

const RECIPES: Readonly<Record<string, TrainingDescription>> = {
  "mnist-mlp": { optimizer: { type: "adam", weightDecay: 1e-5 } },
  "cifar10-allconv": cifar,
  "cifar100-allconv": cifar,
};

/** The settings for the network of that name, where they are others than the defaults. */
export const recipeOf = (network: string): TrainingDescription =>
  Object.hasOwn(RECIPES, network) ? RECIPES[network]! : {};
