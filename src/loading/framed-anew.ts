/** Augmentation of event recordings: each time that one is shown, its events are changed and framed anew. Node only. */
import type { ImageSplit } from "../datasets/dataset.ts";
import { eventSets } from "../datasets/events/folders/event-sets.ts";
import { frameExample } from "../datasets/events/folders/frame-example.ts";
import type { EventAugmentation } from "../datasets/events/transforms/transform.ts";
import { ConfigError } from "../errors.ts";
import { fold, type Key } from "../random/key.ts";
import { sizeOf } from "../tensor/tensor.ts";

/** Throws ConfigError for a split whose images are not recordings, or which come several from one. */
export const checkRecordings = ({ name, recordings }: ImageSplit): void => {
  if (recordings) return;
  throw new ConfigError(`augmenting the events of ${name}`, {
    given: "images that were not framed from a recording each",
    expected: "a data set of event recordings, such as N-MNIST's .bin files",
    remedy: "Leave the augmentation of events out: pad, flip and cut-out do for frames.",
  });
};

/**
 * The examples at `indices` as a split of their own: the recordings after `transforms`, framed as the data set's are;
 * number i draws from `fold(key, i)`. Throws as `checkRecordings`, ConfigError where the transforms make frames of
 * another size, and as the reader does where a file has changed.
 */
export const framedAnew = async (
  split: ImageSplit,
  indices: ArrayLike<number>,
  transforms: readonly EventAugmentation[],
  key: Key,
): Promise<ImageSplit> => {
  checkRecordings(split);
  const { set, folder, paths } = split.recordings!;
  const kind = eventSets.find(({ name }) => name === set)!;
  const elements = sizeOf(split.shape);
  const images = new Uint8Array(indices.length * elements);
  const frames = await Promise.all(
    Array.from(indices, async (index, i) => {
      const { value } = await kind.examples(folder, paths[index]!)[Symbol.asyncIterator]().next();
      return frameExample(kind, value, transforms, fold(key, i));
    }),
  );
  for (const [i, pixels] of frames.entries()) {
    if (pixels.length !== elements) refuseSize(split, pixels.length);
    images.set(pixels, i * elements);
  }
  const labels = Uint16Array.from(indices, (index) => split.labels[index]!);
  return { ...split, images, labels, count: indices.length };
};

const refuseSize = ({ name, shape }: ImageSplit, length: number): never => {
  throw new ConfigError(`augmenting the events of ${name}`, {
    given: `transforms that make frames of ${length} pixels in all`,
    expected: `${sizeOf(shape)}: ${shape.join(" x ")}`,
    remedy: "Leave out the transforms that change the sensor's size.",
  });
};
