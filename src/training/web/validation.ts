/** Validation in browsers: a model's scores on images kept out of its training. */
import type { ImageSplit } from "../../datasets/dataset.ts";
import { evaluateIn, type WebPredictorEngine } from "../../inference/web/predicting.ts";
import { keptWorkers } from "../../inference/web/runner-workers.ts";
import type { Model } from "../../networks/model.ts";
import { type ValidationScores, validationBy } from "../validation.ts";

export interface ValidationOptions extends WebPredictorEngine {
  /** Aborting it ends the call within a few passes. */
  readonly signal?: AbortSignal | undefined;
}

/** Validations of a training's models, one after the other, in workers that they share. */
export interface Validation {
  /** As `validationScores`. */
  scores(
    model: Model,
    split: ImageSplit,
    options?: Pick<ValidationOptions, "signal">,
  ): Promise<ValidationScores | undefined>;
  /** Ends the workers, once the scores that are due are there. Later calls take workers that end with them. */
  close(): void;
}

/** Workers start with the first scores and serve those of later models too, such as a training's after every epoch. */
export const openValidation = (engine: WebPredictorEngine = {}): Validation => {
  const workers = keptWorkers();
  return {
    scores: (model, split, { signal } = {}) =>
      validationBy(
        (scored, images, options) => evaluateIn(workers, scored, images, { ...engine, ...options }),
        model,
        split,
        signal,
      ),
    close: workers.close,
  };
};

/**
 * The scores that `train` in Node writes after every epoch for its option `validation`: error, NLL and ECE by 10 Monte
 * Carlo samples an image, and the loss of a single one; by one pass for networks without noise. Computed in workers that
 * end with the call. Undefined if `signal` is aborted before the end. Throws as `evaluate`.
 */
export const validationScores = (
  model: Model,
  split: ImageSplit,
  { signal, ...engine }: ValidationOptions = {},
): Promise<ValidationScores | undefined> => {
  const { scores, close } = openValidation(engine);
  return scores(model, split, { signal }).finally(close);
};
