/** Phases of a run, which differ in what a step computes: first the half-size epochs, if any, then the others. */
import { ConfigError } from "../errors.ts";
import type { Augmentation } from "../loading/augmentation.ts";
import { halfSizeSplit } from "../loading/half-size-split.ts";
import { halfSizeNetwork } from "../networks/half-size.ts";
import type { Network } from "../networks/network.ts";
import type { TrainingConfiguration } from "./configuration.ts";
import type { PreparedTraining } from "./prepared.ts";

export interface Phase extends PreparedTraining {
  /** Last step of the phase. */
  readonly end: number;
}

/** Phases of the training `whole` that are not complete after `done` steps. */
export async function* phasesAfter(done: number, whole: Phase): AsyncGenerator<Phase, void, void> {
  const { network, split, training } = whole;
  const { halfSizeEpochs = 0, batch, augmentation } = training;
  const end = Math.min(whole.end, halfSizeEpochs * Math.ceil(split.count / batch));
  if (done < end)
    yield {
      network: halfSizeNetwork(network),
      split: await halfSizeSplit(split),
      training: { ...training, augmentation: augmentation && halfSizeAugmentation(augmentation) },
      end,
    };
  if (end < whole.end) yield whole;
}

/** Throws ConfigError where half-size epochs do not suit the network, the augmentation or the number of epochs. */
export const checkPhases = (
  network: Network,
  { halfSizeEpochs = 0, epochs, augmentation }: TrainingConfiguration,
): void => {
  if (halfSizeEpochs === 0) return;
  halfSizeNetwork(network);
  const what = `training ${network.name} with ${halfSizeEpochs} half-size epochs`;
  const remedy = "Ask for fewer half-size epochs, or for none.";
  if (augmentation?.events)
    throw new ConfigError(what, { given: "augmentation of events", expected: "images", remedy });
  if (epochs > halfSizeEpochs) return;
  throw new ConfigError(what, {
    given: `${epochs} epochs in all`,
    expected: "more, the last ones on whole images",
    remedy,
  });
};

const halfSizeAugmentation = ({ pad, cutOut, ...rest }: Augmentation): Augmentation => ({
  ...rest,
  pad: Math.round(pad / 2),
  cutOut: Math.round(cutOut / 2),
});
