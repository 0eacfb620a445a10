/** Check of the optimiser. */
import { ConfigError } from "../errors.ts";
import type { Network } from "../networks/network.ts";
import type { Optimizer } from "../nn/optimizer.ts";
import { matricesOf } from "./matrices.ts";

/** Throws ConfigError for Muon in a network without weights that it is for. */
export const checkOptimizer = (network: Network, { optimizer }: { readonly optimizer: Optimizer }): void => {
  if (optimizer.type !== "muon" || matricesOf(network).length > 0) return;
  throw new ConfigError(`training ${network.name} by Muon`, {
    given: "a network whose weights all have a scale that matters",
    expected: "layers with stochastic neurons, or with batch or weight normalization",
    remedy: "Take another optimizer, or normalise a layer.",
  });
};
