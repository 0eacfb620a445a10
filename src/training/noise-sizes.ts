/** Sizes of the random streams of training. */
import type { Network } from "../networks/network.ts";
import { noiseInputs } from "../networks/noise-inputs.ts";
import type { NoiseSizes } from "../random/streams.ts";
import type { DeviceStatistics } from "../substrate/statistics.ts";
import { sizesOf } from "../tensor/tensor.ts";
import { deviceInputs, networkOnDevice } from "./device-in-loop.ts";

/** Uniform numbers that a batch of training takes of each stream; with an analog device in the loop, its streams too. */
export const noiseSizes = (network: Network, batch: number, device?: DeviceStatistics): NoiseSizes =>
  sizesOf({
    ...noiseInputs(device ? networkOnDevice(network, device) : network, batch, "train"),
    ...(device && deviceInputs(network, device)),
  });

/** Of these, numbers of each row; 0 for a stream that the whole batch shares, as DropConnect's. */
export const noiseWidths = (network: Network, device?: DeviceStatistics): NoiseSizes => {
  const [one, two] = [noiseSizes(network, 1, device), noiseSizes(network, 2, device)];
  return Object.fromEntries(Object.keys(one).map((stream) => [stream, two[stream]! - one[stream]!]));
};
