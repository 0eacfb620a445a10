/** The parts of a run that differ in what a step computes: first the epochs on images of half the size, if any. */
import type { ImageSplit } from "../datasets/dataset.ts";
import type { Augmentation } from "../loading/augmentation.ts";
import { halfSizeNetwork, halfSizeSplit } from "../loading/half-size.ts";
import type { Network } from "../networks/network.ts";
import type { TrainingConfiguration } from "./configuration.ts";

export interface Phase {
  readonly network: Network;
  readonly split: ImageSplit;
  readonly training: TrainingConfiguration;
  /** Its last step. */
  readonly end: number;
}

/** The phases that are not over after step `done`. */
export function* phasesAfter(done: number, whole: Phase): Generator<Phase, void, void> {
  const { network, split, training } = whole;
  const { halfSizeEpochs = 0, batch, augmentation } = training;
  const end = Math.min(whole.end, halfSizeEpochs * Math.ceil(split.count / batch));
  if (done < end)
    yield {
      network: halfSizeNetwork(network),
      split: halfSizeSplit(split),
      training: { ...training, augmentation: augmentation && halfSizeAugmentation(augmentation) },
      end,
    };
  if (end < whole.end) yield whole;
}

const halfSizeAugmentation = ({ pad, cutOut, ...rest }: Augmentation): Augmentation => ({
  ...rest,
  pad: Math.round(pad / 2),
  cutOut: Math.round(cutOut / 2),
});
