/** A training whose network, data and settings were checked: see prepare.ts. */
import type { ImageSplit } from "../datasets/dataset.ts";
import type { Network } from "../networks/network.ts";
import type { TrainingConfiguration } from "./configuration.ts";

/** A training that can be started or resumed. Only `prepareTraining` makes one. */
export interface PreparedTraining {
  /** Canonical: every default is filled in, and so are the pixel statistics that its encoding needs. */
  readonly network: Network;
  readonly split: ImageSplit;
  readonly training: TrainingConfiguration;
}
