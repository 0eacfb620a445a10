/** Check of the gradient estimator. */
import { ConfigError } from "../errors.ts";
import { isBatchNormalized, isStochastic } from "../networks/layers/neuron-options.ts";
import { drawsWindows } from "../networks/layers/stochastic.ts";
import type { Network } from "../networks/network.ts";
import { planOf } from "../networks/plan.ts";
import { isStraightThrough } from "../nn/estimators.ts";
import type { TrainingConfiguration } from "./configuration.ts";

/**
 * Throws ConfigError for an estimator in a network without neurons that it applies to, for a straight-through estimator
 * where a pooled window is drawn as one unit, and for a score function with batch normalization.
 */
export const checkEstimator = (network: Network, { estimator }: TrainingConfiguration): void => {
  if (estimator === undefined) return;
  const refuse = (given: string, expected: string, remedy: string): never => {
    throw new ConfigError(`training ${network.name} by the estimator "${estimator}"`, {
      given,
      expected,
      remedy,
    });
  };
  const layers = planOf(network);
  if (!layers.some((layer) => isStochastic(layer) || (layer.neuron === "sign" && appliesToSigns(estimator))))
    refuse("a network without such neurons", "stochastic neurons, or signs", "Leave the estimator out.");
  const windowed = layers.find(drawsWindows);
  if (windowed && isStraightThrough(estimator))
    refuse(
      `${windowed.name}, whose windows are drawn as one unit`,
      'windows of units that are drawn one by one, "pooling": "sampled"',
      "Change the layer, or take --baseline straight-through.",
    );
  const normalized = layers.find(isBatchNormalized);
  if (normalized && (estimator === "reinforce" || estimator === "arm"))
    refuse(
      `batch normalization in ${normalized.name}`,
      "layers in which examples do not depend on each other",
      "Take another estimator, or another network.",
    );
};

/** Whether an estimator applies to deterministic signs. Score functions and relaxations need sampled spikes. */
const appliesToSigns = (estimator: NonNullable<TrainingConfiguration["estimator"]>): boolean =>
  estimator === "erf" || isStraightThrough(estimator);
