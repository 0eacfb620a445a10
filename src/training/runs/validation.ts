/** Scores of a validation split after each epoch of a run. */
import { z } from "zod";
import type { ImageSplit } from "../../datasets/dataset.ts";
import { evaluate } from "../../inference/node.ts";
import type { Model } from "../../networks/model.ts";
import { hasNoise } from "../../networks/plan.ts";
import type { EngineOptions } from "../../runtime/node.ts";

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

/**
 * The model's scores on the whole split, by `VALIDATION_SAMPLES` samples an image whose noise has the seed 1. Undefined
 * if `signal` is aborted before the end. Throws as `evaluate`.
 */
export const validationScores = async (
  model: Model,
  split: ImageSplit,
  { device, threads }: EngineOptions,
  signal?: AbortSignal,
): Promise<ValidationScores | undefined> => {
  const engine = { ...(device && { device }), ...(threads !== undefined && { threads }) };
  const scored = (samples: number) => evaluate(model, split, { ...engine, samples, signal });
  const isNoisy = hasNoise(model.network);
  try {
    const { images, error, nll, ece } = await scored(isNoisy ? VALIDATION_SAMPLES : 1);
    const loss = isNoisy ? (await scored(1)).nll : nll;
    return { images, samples: isNoisy ? VALIDATION_SAMPLES : 1, loss, error, nll, ece };
  } catch (cause) {
    if (signal?.aborted && cause === signal.reason) return undefined;
    throw cause;
  }
};
