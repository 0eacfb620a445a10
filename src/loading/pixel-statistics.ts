/** The standard encoding takes mean and deviation of the training split's pixels, and of no other's. */
import type { Images } from "../networks/images.ts";
import { PIXEL_VALUES } from "../networks/images.ts";
import type { Network } from "../networks/network.ts";

/** Below this deviation a channel is constant: it is not scaled. */
const LEAST_DEVIATION = 1e-6;

/** The network with what its encoding takes of the images that it is trained on: what it had of others is forgotten. */
export const withPixelStatistics = (network: Network, split: Images): Network =>
  network.encoding === "standard" ? { ...network, pixels: pixelStatistics(split) } : network;

/** Mean and deviation of each channel's pixels as numbers in [0, 1]: exact, from the counts of the pixels' values. */
export const pixelStatistics = ({ images, count, shape }: Images): NonNullable<Network["pixels"]> => {
  const [channels, height, width] = shape as readonly [number, number, number];
  const plane = height * width;
  const counts = Array.from({ length: channels }, () => new Float64Array(PIXEL_VALUES));
  for (let start = 0; start < images.length; start += plane) {
    const ofChannel = counts[(start / plane) % channels]!;
    for (let k = start; k < start + plane; k++) ofChannel[images[k]!]!++;
  }
  const average = (ofChannel: Float64Array, value: (pixel: number) => number): number =>
    ofChannel.reduce((sum, n, pixel) => sum + n * value(pixel), 0) / (count * plane);
  const mean = counts.map((ofChannel) => average(ofChannel, (pixel) => pixel / 255));
  const deviation = counts.map((ofChannel, channel) => {
    const spread = Math.sqrt(average(ofChannel, (pixel) => (pixel / 255 - mean[channel]!) ** 2));
    return spread < LEAST_DEVIATION ? 1 : spread;
  });
  return { mean, deviation };
};
