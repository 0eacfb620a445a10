/** Correlation of a network's noise on a chip from pass to pass. */
import { correlationName } from "../networks/layers/chip-tensors.ts";
import { isStochastic } from "../networks/layers/neuron-options.ts";
import type { Network } from "../networks/network.ts";
import { planOf } from "../networks/plan.ts";
import type { Chip } from "./chip.ts";
import type { AnalogDevice } from "./device.ts";
import type { Arrays } from "./placed-layer.ts";
import { passCorrelation } from "./switches/switch.ts";
import { switchingCorrelation } from "./switches/switching-correlation.ts";

/**
 * Correlation of the noise of successive passes in each stochastic layer: the sum of independent switching processes tends to a
 * Gaussian process of their correlation, here that of a device with the mean probability.
 */
export const noiseCorrelations = (network: Network, { switch: series }: AnalogDevice, chip: Chip): Arrays => {
  const process = series ? passCorrelation(series) : 0;
  if (process === 0) return {};
  const p = meanOf(Object.values(chip).flatMap(({ probability }) => (probability ? [probability] : [])));
  if (!(p > 0 && p < 1)) return {};
  const values = Float32Array.of(switchingCorrelation(p, process));
  return Object.fromEntries(
    planOf(network)
      .filter(isStochastic)
      .map(({ name }) => [correlationName(name), values]),
  );
};

const meanOf = (arrays: readonly Float32Array[]): number =>
  arrays.reduce((sum, values) => sum + values.reduce((part, p) => part + p, 0), 0) /
  arrays.reduce((count, { length }) => count + length, 0);
