/** A trained network that learns a split on a chip. Node only. */
import type { ImageSplit } from "../../datasets/dataset.ts";
import type { Model } from "../../networks/model.ts";
import { sizeOf } from "../../tensor/tensor.ts";
import { type OnlineOptions, openOnlineLearner } from "./learner.ts";

/**
 * The model on a chip after it has learned the images of a split there, one after the other. `onProgress` gets the number of
 * images learned; `signal` ends it after an image. Throws as `openOnlineLearner` and its `learn`.
 */
export const learnOnChip = async (
  model: Model,
  { images, labels, count }: ImageSplit,
  options: OnlineOptions & Required<Pick<OnlineOptions, "onChip">>,
  onProgress: (learned: number) => void = () => {},
  signal?: AbortSignal,
): Promise<Model> => {
  const learner = await openOnlineLearner(model, options);
  try {
    const size = sizeOf(model.network.input);
    for (let k = 0; k < count; k++) {
      signal?.throwIfAborted();
      await learner.learn(images.subarray(k * size, (k + 1) * size), labels[k]!);
      onProgress(k + 1);
    }
    return learner.model();
  } finally {
    await learner.close();
  }
};
