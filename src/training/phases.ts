/** The parts of a run that differ in what a step computes: first the epochs on images of half the size, if any. */
import type { ImageSplit } from "../datasets/dataset.ts";
import { ConfigError } from "../errors.ts";
import type { Augmentation } from "../loading/augmentation.ts";
import { checkRecordings } from "../loading/framed-anew.ts";
import { halfSizeSplit } from "../loading/half-size.ts";
import { halfSizeNetwork } from "../networks/half-size.ts";
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

/**
 * Throws ConfigError where the network does not take images of half the size, and for an augmentation that the images
 * do not allow or that half-size epochs rule out.
 */
export const checkPhases = (
  network: Network,
  split: ImageSplit,
  { halfSizeEpochs = 0, epochs, augmentation }: TrainingConfiguration,
): void => {
  if (augmentation?.events) checkRecordings(split);
  if (augmentation) checkCutOut(split, augmentation);
  if (halfSizeEpochs === 0) return;
  halfSizeNetwork(network);
  const what = `training ${network.name} with ${halfSizeEpochs} half-size epochs`;
  const remedy = "Ask for fewer half-size epochs, or for none.";
  if (augmentation?.events) {
    throw new ConfigError(what, { given: "augmentation of events", expected: "images", remedy });
  }
  if (epochs > halfSizeEpochs) return;
  throw new ConfigError(what, {
    given: `${epochs} epochs in all`,
    expected: "more, the last ones on whole images",
    remedy,
  });
};

const checkCutOut = ({ shape }: ImageSplit, { cutOut = 0 }: Pick<Augmentation, "cutOut">): void => {
  const [, height, width] = shape;
  if (cutOut <= Math.min(height, width)) return;
  throw new ConfigError("augmentation", {
    given: `a cut-out square of ${cutOut} pixels`,
    expected: `one that fits into the images of ${height} x ${width}`,
    remedy: "Choose a smaller one.",
  });
};

const halfSizeAugmentation = ({ pad, cutOut, ...rest }: Augmentation): Augmentation => ({
  ...rest,
  pad: Math.round(pad / 2),
  cutOut: Math.round(cutOut / 2),
});
