/** Loaders in Node: where filling a batch takes time, a thread fills the next batch during the current step. */
import type { ImageSplit } from "../datasets/dataset.ts";
import { sizeOf } from "../tensor/tensor.ts";
import { isShared, sharedBytes } from "../threads/shared-memory.ts";
import { startWorker } from "../threads/start.ts";
import { type Thread, threadOf } from "../threads/thread.ts";
import { allocateBatch } from "./batch.ts";
import { inSlices } from "./in-slices.ts";
import {
  fillOptionsOf,
  type Loader,
  type LoaderOptions,
  type OpenLoader,
  openDirectLoader,
} from "./loader.ts";
import type { FillRequest, LoaderStart } from "./loader-thread.ts";

/** Elements of a batch that are filled faster than another thread could be asked for them. */
const FEW_ELEMENTS = 100_000;

/** Opens a loader of its own thread for augmented and for large batches, else one of the calling thread. */
export const openThreadLoader: OpenLoader = (options) => {
  const elements = options.batch * sizeOf(options.network.input);
  return !options.augmentation && elements <= FEW_ELEMENTS
    ? openDirectLoader(options)
    : openPrefetchingLoader(options);
};

/** Two batches in shared memory take turns: one is used while the other is filled. */
const openPrefetchingLoader = (options: LoaderOptions): Loader => {
  const fillOptions = fillOptionsOf(options);
  const slots = [0, 1].map(() => allocateBatch(options.batch, sizeOf(options.network.input)));
  const started = sharedSplit(options.split).then((split): Thread<FillRequest, number> => {
    const start: LoaderStart = { ...fillOptions, split, slots };
    return threadOf(startWorker("./loader-thread.js", import.meta.url, start), "filling batches");
  });
  let ahead: { readonly step: number; readonly examples: Promise<number> } | undefined;
  const ask = (step: number) => {
    const examples = started.then((thread) => thread.ask({ step, slot: step % 2 }));
    // The batch ahead is not awaited when the loader is closed.
    examples.catch(() => {});
    return { step, examples };
  };
  return {
    async take(step) {
      const present = ahead?.step === step ? ahead : ask(step);
      const examples = await present.examples;
      ahead = ask(step + 1);
      return { batch: slots[step % 2]!, examples };
    },
    close: async () => (await started).close(),
  };
};

/** The split with its images in memory that threads share. */
const sharedSplit = async (split: ImageSplit): Promise<ImageSplit> => {
  const { images, count, shape } = split;
  if (isShared(images)) return split;
  const copy = new Uint8Array(sharedBytes(images.length));
  const size = sizeOf(shape);
  await inSlices(count, size, (start, end) =>
    copy.set(images.subarray(start * size, end * size), start * size),
  );
  return { ...split, images: copy };
};
