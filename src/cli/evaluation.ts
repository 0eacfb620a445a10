/** Evaluation on a whole split with a progress bar, for `nsm train` and `nsm evaluate`. */
import type { ImageSplit } from "../datasets/dataset.ts";
import { evaluate, type SampleOptions } from "../inference/node.ts";
import type { Model } from "../networks/model.ts";
import type { EvaluationReport } from "./print.ts";
import { createBar } from "./progress.ts";

/** Scores a split and measures the time. Throws the reason of `signal` when that is aborted. */
export const evaluateWithProgress = async (
  model: Model,
  split: ImageSplit,
  options: SampleOptions,
  signal?: AbortSignal,
): Promise<EvaluationReport> => {
  const progress = createBar("evaluating {bar} {value}/{total} images  {eta_formatted} left");
  signal?.addEventListener("abort", progress.stop);
  const began = performance.now();
  const onProgress = (images: number): void => progress.draw(images, split.count);
  try {
    const evaluation = await evaluate(model, split, { ...options, onProgress, signal });
    return { ...evaluation, seconds: (performance.now() - began) / 1000 };
  } finally {
    progress.stop();
  }
};
