/** Network, parameters and settings of an online learner, checked once and in canonical form. */
import { ConfigError } from "../../errors.ts";
import { initialParameters, type ParameterArrays } from "../../networks/initialize.ts";
import { dropConnectOf, dropoutOf } from "../../networks/layers/neuron-options.ts";
import { checkModel } from "../../networks/model.ts";
import { type Network, type NetworkDescription, parseNetwork } from "../../networks/network.ts";
import { parametersOf, planOf } from "../../networks/plan.ts";
import type { LearningChip } from "../../substrate/learning-chip.ts";
import { checkOptimizer } from "../check-optimizer.ts";
import { type Position, START } from "../progress.ts";
import { initialState, type StateArrays } from "../state.ts";
import { type OnlineDescription, type OnlineSettings, parseOnline } from "./settings.ts";

/** A learner that can be started or resumed. */
export interface PreparedLearner {
  readonly network: Network;
  readonly settings: OnlineSettings;
  readonly state: StateArrays;
  readonly position: Position;
  /** The chip that it learns on, if any. */
  readonly chip?: Omit<LearningChip, "parameters"> | undefined;
}

/** Network of a learner; initial parameters unless given. */
export interface LearnerStart {
  readonly network: NetworkDescription;
  readonly parameters?: ParameterArrays;
}

/**
 * Checks a network, its parameters and the settings. Throws ConfigError for settings out of range, for parameters that are
 * not the network's, for a network that drops units or connections in training only, and for Muon without matrices.
 */
export const prepareLearner = (start: LearnerStart, description: OnlineDescription): PreparedLearner => {
  const settings = parseOnline(description);
  const network = parseNetwork(start.network);
  requireSameModes(network);
  checkOptimizer(network, settings);
  const parameters = start.parameters
    ? checkModel({ network, parameters: start.parameters }).parameters
    : initialParameters(parametersOf(network), settings.seed);
  return { network, settings, state: initialState(network, settings, parameters), position: START };
};

/** The learner at its start, on a chip with its parameters. */
export const preparedOnChip = (
  { network, settings, position }: PreparedLearner,
  chip: LearningChip,
): PreparedLearner => ({
  ...{ network, settings, position, chip },
  state: initialState(network, settings, chip.parameters),
});

/** The passes of an example give its prediction and its gradient: training and inference must compute the same. */
const requireSameModes = (network: Network): void => {
  const layer = planOf(network).find(
    (plan) => dropConnectOf(plan) !== undefined || (dropoutOf(plan) !== undefined && !network.dropoutInUse),
  );
  if (!layer) return;
  throw new ConfigError(`online learning, network ${network.name}`, {
    given: `${layer.name}, which drops units or connections in training only`,
    expected: "a network that computes the same in training and inference",
    remedy: "Leave out dropout and DropConnect, or keep dropout in inference by dropoutInUse.",
  });
};
