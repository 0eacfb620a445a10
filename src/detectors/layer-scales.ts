/** Mean and variance of each hidden layer over the training data. */
import type { Network } from "../networks/network.ts";
import { hiddenLayers } from "./evidence.ts";
import type { TrainingStatistics } from "./training-statistics.ts";

export interface LayerScales {
  /** [hidden]: mean of each number of the hidden layers. */
  readonly mean: Float64Array;
  /** [layers]: variance between images, the mean over the numbers of a layer. At least a millionth of the largest. */
  readonly scales: Float32Array;
}

export const layerScales = (
  network: Network,
  { counts, sums, gram, origin }: TrainingStatistics,
): LayerScales => {
  const hidden = origin.length;
  const images = counts.reduce((sum, count) => sum + count, 0);
  const mean = Float64Array.from(origin, (_, h) => {
    let sum = 0;
    for (let at = h; at < sums.length; at += hidden) sum += sums[at]!;
    return sum / images;
  });
  const variance = mean.map((own, h) => gram[h * (hidden + 1)]! / images - (own - origin[h]!) ** 2);
  const scales = hiddenLayers(network).map(
    ({ start, end }) => variance.subarray(start, end).reduce((sum, own) => sum + own, 0) / (end - start),
  );
  const least = 1e-6 * Math.max(...scales, Number.MIN_VALUE);
  return { mean, scales: Float32Array.from(scales, (scale) => Math.max(least, scale)) };
};
