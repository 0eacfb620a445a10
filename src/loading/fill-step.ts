/** Batches of a training run, filled step by step. */
import type { ImageSplit } from "../datasets/dataset.ts";
import { ConfigError } from "../errors.ts";
import type { EventAugmentation } from "../events/transforms/transform.ts";
import { fold, type Key, key } from "../random/key.ts";
import type { Batch } from "./batch.ts";
import { fillBatch, type Preparation } from "./fill-batch.ts";
import { batchOrder } from "./order.ts";

/** Fills the batch of a step; resolves to the number of examples in it that count. */
export type FillStep = (step: number, batch: Batch) => Promise<number>;

/** Examples of a split, framed again after their events were transformed: needs the files of the recordings. */
export type Reframe = (
  split: ImageSplit,
  indices: ArrayLike<number>,
  transforms: readonly EventAugmentation[],
  key: Key,
) => Promise<ImageSplit>;

export interface FillOptions {
  readonly split: ImageSplit;
  readonly preparation: Preparation;
  /** Rows of a batch. */
  readonly batch: number;
  readonly seed: number;
}

/**
 * Fills batches of a run. What is random depends on the seed and the step only. `reframe` is needed for an augmentation
 * of events; without it, filling rejects with ConfigError.
 */
export const stepFiller = (
  { split, preparation, batch, seed }: FillOptions,
  reframe: Reframe = refuseReframing,
): FillStep => {
  const examplesOf = batchOrder({ seed, count: split.count, batch });
  const augmentationKey = key(seed, "augmentation");
  const transforms = preparation.augmentation?.events ?? [];
  return async (step, target) => {
    const { indices, counting } = examplesOf(step);
    const imageKey = fold(augmentationKey, step, 0);
    if (transforms.length === 0) fillBatch(target, split, indices, preparation, imageKey, counting);
    else {
      const shown = await reframe(split, indices, transforms, fold(augmentationKey, step, 1));
      fillBatch(target, shown, [...indices.keys()], preparation, imageKey, counting);
    }
    return counting;
  };
};

const refuseReframing: Reframe = async ({ name }) => {
  throw new ConfigError(`augmenting the events of ${name}`, {
    given: "an environment without the files of the recordings",
    expected: "training in Node, where the files can be read",
    remedy: "Leave out the augmentation of events: pad, flip and cut-out work on images.",
  });
};
