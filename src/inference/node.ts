/** Evaluating and sampling in Node, each call with an engine of its own. */
import type { ImageSplit } from "../datasets/dataset.ts";
import { imagesTogether } from "../networks/images.ts";
import type { Model } from "../networks/model.ts";
import { createEngine, type EngineOptions } from "../runtime/node.ts";
import { type Evaluation, evaluateSplit } from "./evaluate.ts";
import { momentProbabilities } from "./moments.ts";
import { monteCarlo, type SamplingOptions } from "./monte-carlo.ts";
import { type Prediction, predictionsOf } from "./prediction.ts";

/** The paper's number of passes an image. */
export const PAPER_SAMPLES = 100;

export type PredictOptions = Partial<SamplingOptions> & EngineOptions;

const complete = ({ samples = PAPER_SAMPLES, seed = 1, ...options }: PredictOptions): SamplingOptions => ({
  samples,
  seed,
  ...options,
});

/** Scores a model on a whole split: error with its interval, likelihood, calibration, error detection. */
export const evaluate = (
  model: Model,
  split: ImageSplit,
  options: PredictOptions = {},
): Promise<Evaluation> => evaluateSplit(createEngine(options), model, split, complete(options));

/** Predictions for images, each of 0..255 pixels [channels, height, width] in the size of the network's input. */
export const sample = async (
  model: Model,
  images: readonly Uint8Array[],
  options: PredictOptions = {},
): Promise<readonly Prediction[]> => {
  return predictionsOf(
    await monteCarlo(createEngine(options), model, imagesTogether(model.network, images), complete(options)),
  );
};

/**
 * Approximate mean probabilities by moment propagation: one pass, no samples. Images as for `sample`; a row of class
 * probabilities for each. Networks of stochastic neurons only.
 */
export const propagate = async (
  model: Model,
  images: readonly Uint8Array[],
  options: EngineOptions = {},
): Promise<readonly (readonly number[])[]> => {
  const probabilities = await momentProbabilities(
    createEngine(options),
    model,
    imagesTogether(model.network, images),
  );
  const { classes } = model.network;
  return images.map((_, k) => [...probabilities.subarray(k * classes, (k + 1) * classes)]);
};
