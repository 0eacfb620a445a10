/** Loaders: the batches of a training run, in the order of its steps. */
import type { ImageSplit } from "../datasets/dataset.ts";
import { encodingTable } from "../networks/images.ts";
import type { Network } from "../networks/network.ts";
import { sizeOf } from "../tensor/tensor.ts";
import type { Augmentation } from "./augmentation.ts";
import { allocateBatch, type Batch } from "./batch.ts";
import { checkAugmentation } from "./check-augmentation.ts";
import { type FillOptions, type Reframe, stepFiller } from "./fill-step.ts";

export interface LoaderOptions {
  readonly split: ImageSplit;
  readonly network: Network;
  /** Rows of a batch. */
  readonly batch: number;
  readonly seed: number;
  readonly augmentation?: Augmentation | undefined;
}

export interface Loader {
  /** Batch of a step. Valid until the next one is taken. */
  take(step: number): Promise<LoadedBatch>;
  close(): Promise<void>;
}

export interface LoadedBatch {
  readonly batch: Batch;
  /** Number of examples that count: fewer than rows in the last batch of an epoch. */
  readonly examples: number;
}

/** Throws ConfigError for an augmentation that the images do not allow. */
export type OpenLoader = (options: LoaderOptions) => Loader;

/** Options of a loader that the filling of batches needs. Throws as `OpenLoader`. */
export const fillOptionsOf = ({ split, network, batch, seed, augmentation }: LoaderOptions): FillOptions => {
  checkAugmentation(split, augmentation);
  return { split, preparation: { table: encodingTable(network), augmentation }, batch, seed };
};

/** Loader that fills each batch when it is taken, on the calling thread. */
export const openDirectLoader = (options: LoaderOptions, reframe?: Reframe): Loader => {
  const fill = stepFiller(fillOptionsOf(options), reframe);
  const batch = allocateBatch(options.batch, sizeOf(options.network.input));
  return {
    take: async (step) => ({ batch, examples: await fill(step, batch) }),
    close: async () => {},
  };
};
