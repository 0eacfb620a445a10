/** Settings with which the paper's networks learn well: what `nsm train NAME` starts from. */
import type { TrainingDescription } from "./configuration.ts";

/** Pad 4, crop, mirror: He et al., CVPR 2016, section 4.2. */
const NATURAL_IMAGES = { pad: 4, flip: true };

const cifar: TrainingDescription = { learningRate: 2e-3, warmupSteps: 200, augmentation: NATURAL_IMAGES };

const RECIPES: Readonly<Record<string, TrainingDescription>> = {
  "mnist-mlp": { optimizer: { type: "adam", weightDecay: 1e-5 } },
  "cifar10-allconv": cifar,
  "cifar100-allconv": cifar,
};

/** The settings for the network of that name, where they are others than the defaults. */
export const recipeOf = (network: string): TrainingDescription =>
  Object.hasOwn(RECIPES, network) ? RECIPES[network]! : {};
