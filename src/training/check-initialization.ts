/** Check of the initialization. */
import { ConfigError } from "../errors.ts";
import type { Network } from "../networks/network.ts";
import { samplesSpikes } from "../networks/plan.ts";
import type { TrainingConfiguration } from "./configuration.ts";

/** Throws ConfigError where gains and biases are to be fitted to noise that the network does not have. */
export const checkInitialization = (network: Network, { initialization }: TrainingConfiguration): void => {
  if (initialization === "random" || samplesSpikes(network)) return;
  throw new ConfigError(`training ${network.name}, which has no stochastic neurons`, {
    given: `the initialization "${initialization}"`,
    expected: '"random"',
    remedy: "Leave it out: the other initializations are for stochastic neurons only.",
  });
};
