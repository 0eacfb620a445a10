/** How good a model is on a whole split. */
import type { ImageSplit } from "../datasets/dataset.ts";
import { checkLabels } from "../networks/images.ts";
import type { Model } from "../networks/model.ts";
import type { Engine } from "../runtime/engine.ts";
import { type Metrics, metrics } from "../statistics/metrics.ts";
import { monteCarlo, type SamplingOptions } from "./monte-carlo.ts";

export interface Evaluation extends Metrics {
  /** The split that was scored, whole. */
  readonly split: string;
  /** Passes an image: the mean, where they end early. */
  readonly samples: number;
}

/** Scores every image of `split` by the mean of its Monte Carlo passes. */
export const evaluateSplit = async (
  engine: Engine,
  model: Model,
  split: ImageSplit,
  options: SamplingOptions,
): Promise<Evaluation> => {
  checkLabels(model.network, split);
  const { probabilities, samples } = await monteCarlo(engine, model, split, options);
  return {
    split: split.name,
    samples: samples.reduce((sum, count) => sum + count, 0) / split.count,
    ...metrics(probabilities, split.labels),
  };
};
