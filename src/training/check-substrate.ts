/** Check of a network that is trained for an analog device. */
import { ConfigError } from "../errors.ts";
import { type Network, withNoise } from "../networks/network.ts";
import { samplesSpikes } from "../networks/plan.ts";
import { bernoulli } from "../nn/noise/bernoulli.ts";
import { checkOnChip } from "../substrate/check-on-chip.ts";
import { deviceStatistics } from "../substrate/statistics.ts";
import type { TrainingConfiguration } from "./configuration.ts";

/** Decimals of the probability that run.json has. */
const DECIMALS = 2;

/**
 * The network with the noise of the training's device: Bernoulli, with the mean probability of its switch. Unchanged without a
 * device or a switch. Throws ConfigError for a network that the device cannot compute, and for a switch without noise.
 */
export const networkForSubstrate = (network: Network, { substrate }: TrainingConfiguration): Network => {
  if (!substrate) return network;
  const { device, seconds } = substrate;
  checkOnChip(network, device);
  if (!device.switch || !samplesSpikes(network)) return network;
  const p = Number(deviceStatistics(device, seconds).switch!.mean.toFixed(DECIMALS));
  if (p > 0 && p < 1) return withNoise(network, bernoulli(p));
  throw new ConfigError(`training ${network.name} for ${device.name}`, {
    given: `a switch that transmits with the probability ${p}`,
    expected: "a switch with noise, of a probability between 0 and 1",
    remedy:
      "Correct the device, or leave its switch out: the network's own noise is then drawn beside the array.",
  });
};
