/** Scores of a validation split after each epoch of a run. */
import * as z from "zod";
import type { ImageSplit } from "../datasets/dataset.ts";
import type { Evaluation } from "../inference/evaluation.ts";
import type { Model } from "../networks/model.ts";
import { hasNoise } from "../networks/plan.ts";

/** Monte Carlo samples an image: fewer than a final evaluation takes, as every epoch is scored. */
export const VALIDATION_SAMPLES = 10;

export const validationSchema = z.strictObject({
  images: z.int().min(1),
  /** Monte Carlo samples an image; 1 for networks without noise. */
  samples: z.int().min(1),
  /** Mean cross-entropy of a single sample, as the training loss, nats an image. */
  loss: z.number(),
  /** Error of the mean probabilities, in per cent. */
  error: z.number(),
  /** Negative log-likelihood by the mean probabilities, nats an image. */
  nll: z.number(),
  /** Expected calibration error, 15 bins. */
  ece: z.number(),
});

export type ValidationScores = Readonly<z.infer<typeof validationSchema>>;

/** Evaluates by so many samples an image, whose noise has the seed 1. */
export type Evaluate = (
  model: Model,
  split: ImageSplit,
  options: { readonly samples: number; readonly signal: AbortSignal | undefined },
) => Promise<Evaluation>;

/**
 * The model's scores on the whole split, by `VALIDATION_SAMPLES` samples an image. Undefined if `signal` is aborted before
 * the end. Throws as `evaluate`.
 */
export const validationBy = async (
  evaluate: Evaluate,
  model: Model,
  split: ImageSplit,
  signal: AbortSignal | undefined,
): Promise<ValidationScores | undefined> => {
  const scored = (samples: number) => evaluate(model, split, { samples, signal });
  const isNoisy = hasNoise(model.network);
  const samples = isNoisy ? VALIDATION_SAMPLES : 1;
  try {
    const { images, error, nll, ece } = await scored(samples);
    const loss = isNoisy ? (await scored(1)).nll : nll;
    return { images, samples, loss, error, nll, ece };
  } catch (cause) {
    if (signal?.aborted && cause === signal.reason) return undefined;
    throw cause;
  }
};
