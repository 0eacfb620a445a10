/** Sizes of the random streams of training. */
import type { Network } from "../networks/network.ts";
import { noiseInputs } from "../networks/noise-inputs.ts";
import type { NoiseSizes } from "../random/streams.ts";
import { sizesOf } from "../tensor/tensor.ts";

/** Uniform numbers that a batch of training takes of each stream. */
export const noiseSizes = (network: Network, batch: number): NoiseSizes =>
  sizesOf(noiseInputs(network, batch, "train"));

/** Of these, numbers of each row; 0 for a stream that the whole batch shares, as DropConnect's. */
export const noiseWidths = (network: Network): NoiseSizes => {
  const [one, two] = [noiseSizes(network, 1), noiseSizes(network, 2)];
  return Object.fromEntries(Object.keys(one).map((stream) => [stream, two[stream]! - one[stream]!]));
};
