/**
 * The batches of a training run, one step after the other. Where making one takes time, a thread makes the next while
 * the engine is at work on the present one: two batches in shared memory take turns.
 */
import type { ImageSplit } from "../datasets/dataset.ts";
import { encodingTable } from "../networks/images.ts";
import type { Network } from "../networks/network.ts";
import { fold, key } from "../random/key.ts";
import { sizeOf } from "../tensor/tensor.ts";
import { shared } from "../threads/shared-memory.ts";
import { startWorker, type Thread, threadOf } from "../threads/thread.ts";
import type { Augmentation } from "./augmentation.ts";
import { allocateBatch, type Batch } from "./batch.ts";
import { fillBatch, type Preparation } from "./fill-batch.ts";
import { checkRecordings, framedAnew } from "./framed-anew.ts";
import { batchOrder } from "./order.ts";

export interface LoaderOptions {
  readonly split: ImageSplit;
  readonly network: Network;
  readonly batch: number;
  readonly seed: number;
  readonly augmentation?: Augmentation | undefined;
}

export interface Loader {
  /** The batch of a step, and how many examples count in it. Valid until the next is taken. */
  take(step: number): Promise<LoadedBatch>;
  close(): Promise<void>;
}

export interface LoadedBatch {
  readonly batch: Batch;
  readonly examples: number;
}

/** Makes the batch of a step; resolves to how many examples count in it. */
export type FillStep = (step: number, batch: Batch) => Promise<number>;

/** What a thread needs to make batches. */
export interface FillOptions {
  readonly split: ImageSplit;
  readonly preparation: Preparation;
  readonly batch: number;
  readonly seed: number;
}

/** Everything random depends on the seed and the step alone. */
export const stepFiller = ({ split, preparation, batch, seed }: FillOptions): FillStep => {
  const examplesOf = batchOrder({ seed, count: split.count, batch });
  const augmentationKey = key(seed, "augmentation");
  const transforms = preparation.augmentation?.events ?? [];
  return async (step, target) => {
    const { indices, counting } = examplesOf(step);
    const ofImages = fold(augmentationKey, step, 0);
    if (transforms.length === 0) fillBatch(target, split, indices, preparation, ofImages, counting);
    else {
      const shown = await framedAnew(split, indices, transforms, fold(augmentationKey, step, 1));
      fillBatch(target, shown, [...indices.keys()], preparation, ofImages, counting);
    }
    return counting;
  };
};

/** Numbers of a batch that are made in less time than another thread is asked for them. */
const FEW_NUMBERS = 100_000;

/** Throws ConfigError for an augmentation of events where there are none. */
export const openLoader = ({ split, network, batch, seed, augmentation }: LoaderOptions): Loader => {
  if (augmentation?.events) checkRecordings(split);
  const preparation = { table: encodingTable(network), augmentation };
  const options = { split, preparation, batch, seed };
  const elements = sizeOf(network.input);
  const isQuick = !augmentation && batch * elements <= FEW_NUMBERS;
  return isQuick ? directLoader(options, elements) : threadedLoader(options, elements);
};

const directLoader = (options: FillOptions, elements: number): Loader => {
  const fill = stepFiller(options);
  const batch = allocateBatch(options.batch, elements);
  return {
    take: async (step) => ({ batch, examples: await fill(step, batch) }),
    close: async () => {},
  };
};

/** A step and the batch that it goes into, by number; the reply is how many examples count. */
export interface FillRequest {
  readonly step: number;
  readonly slot: number;
}

export interface LoaderStart extends FillOptions {
  readonly slots: readonly Batch[];
}

const threadedLoader = (options: FillOptions, elements: number): Loader => {
  const slots = [0, 1].map(() => allocateBatch(options.batch, elements));
  const start: LoaderStart = { ...options, split: sharedSplit(options.split), slots };
  const thread: Thread<FillRequest, number> = threadOf(
    startWorker("./loader-thread.js", import.meta.url, start),
    "making batches",
  );
  let ahead: { readonly step: number; readonly examples: Promise<number> } | undefined;
  const ask = (step: number) => ({ step, examples: thread.ask({ step, slot: step % 2 }) });
  return {
    async take(step) {
      const present = ahead?.step === step ? ahead : ask(step);
      const examples = await present.examples;
      ahead = ask(step + 1);
      return { batch: slots[step % 2]!, examples };
    },
    close: () => thread.close(),
  };
};

/** The split in memory that threads share. */
const sharedSplit = (split: ImageSplit): ImageSplit => ({
  ...split,
  images: shared(split.images),
  labels: Uint16Array.from(split.labels),
});
