/** Whether a gradient can be estimated in the way that is asked for. */
import { ConfigError } from "../errors.ts";
import { isBatchNormalized, isStochastic, poolsSpikes } from "../networks/layers/neuron.ts";
import type { Network } from "../networks/network.ts";
import { planOf } from "../networks/plan.ts";
import { isStraightThrough } from "../nn/estimators.ts";
import type { TrainingConfiguration } from "./configuration.ts";

/**
 * Throws ConfigError where a network has no spikes or signs to go through, where it draws windows as one unit and the
 * gradient is to go straight through units, and where batch normalization stands beside a score function.
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
  if (!layers.some((placed) => isStochastic(placed) || (placed.neuron === "sign" && mayBeOfSigns(estimator))))
    refuse("a network without such neurons", "stochastic neurons, or signs", "Leave the estimator out.");
  const windowed = layers.find(
    (placed) =>
      isStochastic(placed) && placed.layer.type === "conv2d" && placed.layer.pool > 1 && !poolsSpikes(placed),
  );
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
      "layers in which every example goes by itself",
      "Take another estimator, or another network.",
    );
};

/** Score functions and relaxations need something drawn. */
const mayBeOfSigns = (estimator: NonNullable<TrainingConfiguration["estimator"]>): boolean =>
  estimator === "erf" || isStraightThrough(estimator);
