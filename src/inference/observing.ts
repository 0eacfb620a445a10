/** Observation of the passes of many images, in slices: their means and variances take much memory. */
import type { ImageSplit } from "../datasets/dataset.ts";
import type { Fitting } from "../detectors/fitting.ts";
import type { Images } from "../networks/images.ts";
import type { Following } from "./dispatcher.ts";
import type { Uncertainty } from "./uncertainty.ts";

export interface Observer {
  /** Predictions with means and variances of what is observed of the passes. Image k has key `first` + k. */
  observe(images: Images, following?: Following, first?: number): Promise<Uncertainty>;
  close(): Promise<void>;
}

/** Images that are observed at once: some megabytes. */
export const OBSERVED_SLICE = 1000;

/**
 * Observes images slice by slice, in their order; `take` gets each slice and the place of its first image. Image k has
 * key `first` + k.
 */
export const observeInSlices = async (
  observer: Observer,
  images: Images,
  take: (found: Uncertainty, start: number) => void | Promise<void>,
  { onProgress, signal }: Following = {},
  first = 0,
): Promise<void> => {
  const size = images.images.length / images.count;
  for (let start = 0; start < images.count; start += OBSERVED_SLICE) {
    signal?.throwIfAborted();
    const count = Math.min(OBSERVED_SLICE, images.count - start);
    const slice: Images = {
      ...{ name: images.name, count, shape: images.shape },
      images: images.images.subarray(start * size, (start + count) * size),
    };
    const following = { onProgress: (done: number) => onProgress?.(start + done), signal };
    await take(await observer.observe(slice, following, first + start), start);
  }
};

/** Adds what the hidden layers do on training images to a fitting of detectors. Image k has key `first` + k. */
export const observeTraining = (
  observer: Observer,
  fitting: Pick<Fitting, "add">,
  train: ImageSplit,
  following: Following,
  first = 0,
): Promise<void> => {
  const take = ({ means }: Uncertainty, start: number): Promise<void> =>
    fitting.add(means, train.labels.slice(start, start + OBSERVED_SLICE));
  return observeInSlices(observer, train, take, following, first);
};
