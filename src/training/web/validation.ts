/** Validation in browsers: a model's scores on images kept out of its training. */
import type { ImageSplit } from "../../datasets/dataset.ts";
import { evaluate, type WebPredictorEngine } from "../../inference/web/predicting.ts";
import type { Model } from "../../networks/model.ts";
import { type ValidationScores, validationBy } from "../validation.ts";

export interface ValidationOptions extends WebPredictorEngine {
  /** Aborting it ends the call within a few passes. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The scores that `train` in Node writes after every epoch for its option `validation`: error, NLL and ECE by 10 Monte
 * Carlo samples an image, and the loss of a single one; by one pass for networks without noise. Computed in workers that
 * end with the call. Undefined if `signal` is aborted before the end. Throws as `evaluate`.
 */
export const validationScores = (
  model: Model,
  split: ImageSplit,
  { signal, ...engine }: ValidationOptions = {},
): Promise<ValidationScores | undefined> =>
  validationBy(
    (scored, images, options) => evaluate(scored, images, { ...engine, ...options }),
    model,
    split,
    signal,
  );
