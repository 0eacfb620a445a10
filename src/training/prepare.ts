/** Network, data and settings of a training, checked once and in canonical form. */
import type { ImageSplit } from "../datasets/dataset.ts";
import { checkAugmentation } from "../loading/check-augmentation.ts";
import { withPixelStatistics } from "../loading/pixel-statistics.ts";
import { checkImages, checkLabels } from "../networks/images.ts";
import { integerPlan } from "../networks/integers/plan.ts";
import { type NetworkDescription, parseNetwork } from "../networks/network.ts";
import { checkBatch } from "./check-batch.ts";
import { checkEstimator } from "./check-estimator.ts";
import { checkInitialization } from "./check-initialization.ts";
import { checkOptimizer } from "./check-optimizer.ts";
import { networkForSubstrate } from "./check-substrate.ts";
import { parseTraining, type TrainingDescription } from "./configuration.ts";
import { checkPhases } from "./phases.ts";
import type { PreparedTraining } from "./prepared.ts";

/**
 * Checks a network, the split that it is trained on and the settings. Rejects with ShapeError or ConfigError for a network that
 * is not valid; DataError for images of another shape than its input, and for labels that are no class of it; ConfigError
 * for settings out of range or that the network or the images rule out: batch, augmentation, phases, initialization,
 * estimator, optimizer, substrate, rounding.
 */
export const prepareTraining = async (
  network: NetworkDescription,
  split: ImageSplit,
  settings: TrainingDescription = {},
): Promise<PreparedTraining> => {
  const training = parseTraining(settings);
  const parsed = networkForSubstrate(parseNetwork(network), training);
  checkImages(parsed, split);
  // Parsed again, so that its keys have the order in which run.json is read.
  const canonical = parseNetwork(await withPixelStatistics(parsed, split));
  checkLabels(canonical, split);
  checkBatch(canonical, training);
  checkAugmentation(split, training.augmentation);
  checkPhases(canonical, training);
  checkInitialization(canonical, training);
  checkEstimator(canonical, training);
  checkOptimizer(canonical, training);
  if (training.rounding !== undefined) integerPlan(canonical);
  return { network: canonical, split, training };
};
