/** Check of a network against what a device can compute. */
import { ConfigError } from "../errors.ts";
import type { Model } from "../networks/model.ts";
import type { Network } from "../networks/network.ts";
import { planOf } from "../networks/plan.ts";
import { sizeOf } from "../tensor/tensor.ts";
import type { AnalogDevice } from "./device.ts";

/** Throws ConfigError, naming the layer, for a network that no chip of the device can compute. */
export const checkOnChip = (network: Network, device: AnalogDevice): void => {
  const { comparatorNoiseMicroamperes: noise = 0 } = device.array ?? {};
  for (const { name, noisySynapses, neuron, parameters, unitShape } of planOf(network)) {
    const place = `${network.name} on ${device.name}, ${name}`;
    const gain = parameters.find(({ kind }) => kind === "gain");
    if (noisySynapses && device.switch && sizeOf(gain!.shape) > unitShape[0]!)
      throw new ConfigError(place, {
        given: "a gain of each location, and a switch in series with the weights",
        expected: "one gain of each channel: its offset multiplies weights that all locations share",
        remedy: 'Set "gain": "channel" and train again, or choose a device without a switch.',
      });
    if (neuron === "sign" && noise > 0)
      throw new ConfigError(place, {
        given: "deterministic binary neurons (sign), and comparators with noise",
        expected: "stochastic neurons or rectifiers",
        remedy: "Leave comparatorNoiseMicroamperes out, or choose another network.",
      });
  }
};

/** Throws ConfigError for a model in integers. */
export const refuseIntegers = ({ network, integers }: Model): void => {
  if (!integers) return;
  throw new ConfigError(`network ${network.name} on a chip`, {
    given: "a network in integers",
    expected: "one in floating point: cells store conductances",
    remedy: "Take the model that was quantised.",
  });
};
