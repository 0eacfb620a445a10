/** Pixel statistics of the training split, which the standard encoding takes. */
import type { Images } from "../networks/images.ts";
import { PIXEL_VALUES } from "../networks/images.ts";
import type { Network } from "../networks/network.ts";
import { inSlices } from "./in-slices.ts";

/** Smallest standard deviation that a channel is divided by. Below it the channel is constant, and is not scaled. */
const LEAST_DEVIATION = 1e-6;

/** The network with the pixel statistics of the images that it is trained on, if its encoding takes any. */
export const withPixelStatistics = async (network: Network, split: Images): Promise<Network> =>
  network.encoding === "standard" ? { ...network, pixels: await pixelStatistics(split) } : network;

/** Mean and standard deviation of each channel's pixels, scaled to [0, 1]: exact, from counts of the pixel values. */
export const pixelStatistics = async ({
  images,
  count,
  shape,
}: Images): Promise<NonNullable<Network["pixels"]>> => {
  const [channels, height, width] = shape as readonly [number, number, number];
  const plane = height * width;
  const counts = Array.from({ length: channels }, () => new Float64Array(PIXEL_VALUES));
  await inSlices(count, channels * plane, (first, last) => {
    for (let start = first * channels * plane; start < last * channels * plane; start += plane) {
      const ofChannel = counts[(start / plane) % channels]!;
      for (let k = start; k < start + plane; k++) ofChannel[images[k]!]!++;
    }
  });
  const average = (ofChannel: Float64Array, value: (pixel: number) => number): number =>
    ofChannel.reduce((sum, n, pixel) => sum + n * value(pixel), 0) / (count * plane);
  const mean = counts.map((ofChannel) => average(ofChannel, (pixel) => pixel / 255));
  const deviation = counts.map((ofChannel, channel) => {
    const spread = Math.sqrt(average(ofChannel, (pixel) => (pixel / 255 - mean[channel]!) ** 2));
    return spread < LEAST_DEVIATION ? 1 : spread;
  });
  return { mean, deviation };
};
