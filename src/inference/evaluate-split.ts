/** Evaluation of a model on a whole split by an open dispatcher. */
import type { ImageSplit } from "../datasets/dataset.ts";
import { checkImages, checkLabels } from "../networks/images.ts";
import type { Model } from "../networks/model.ts";
import type { Dispatcher } from "./dispatcher.ts";
import type { Evaluation } from "./evaluation.ts";
import { calibrationFor, predictAll } from "./predictor.ts";
import { passesIn, type SamplingOptions } from "./sampling-options.ts";

/** Throws DataError for images or labels that are not the network's. */
export const checkSplit = ({ network }: Model, split: ImageSplit): void => {
  checkImages(network, split);
  checkLabels(network, split);
};

/** Scores of the model that the dispatcher runs. Image k has key k (see `PredictOptions`). */
export const evaluateOn = async (
  dispatcher: Dispatcher,
  model: Model,
  split: ImageSplit,
  options: SamplingOptions,
): Promise<Evaluation> => {
  const found = await predictAll(dispatcher, model, split, options);
  const { detector: _, ...thresholds } = calibrationFor(model, passesIn(options)) ?? {};
  return {
    split: split.name,
    samples: found.samples.reduce((sum, count) => sum + count, 0) / split.count,
    ...(await dispatcher.metrics(found.probabilities, split.labels)),
    ...("unlike" in thresholds && {
      decisions: await dispatcher.decisions(found, split.labels, thresholds),
    }),
  };
};
