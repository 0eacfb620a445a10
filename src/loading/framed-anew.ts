/** Augmentation of event recordings: each time that one is shown, its events are changed and framed anew. Node only. */
import type { ImageSplit } from "../datasets/dataset.ts";
import { eventSets } from "../datasets/recordings/event-sets.ts";
import { frameExample } from "../datasets/recordings/frame-example.ts";
import { overRecordings } from "../datasets/recordings/over-recordings.ts";
import { ConfigError, DataError } from "../errors.ts";
import type { EventAugmentation } from "../events/transforms/transform.ts";
import { fold, type Key } from "../random/key.ts";
import { sizeOf } from "../tensor/tensor.ts";

/** Throws ConfigError for a split whose images were not framed from recordings. */
export const checkRecordings = ({ name, recordings }: ImageSplit): void => {
  if (recordings) return;
  throw new ConfigError(`augmenting the events of ${name}`, {
    given: "images that were not framed from event recordings",
    expected: "a data set of event recordings: N-MNIST or DVS Gesture as published",
    remedy: "Leave the augmentation of events out: pad, flip and cut-out do for frames.",
  });
};

/**
 * The examples at `indices` as a split of their own: their events after `transforms`, framed as the data set's are;
 * number i draws from `fold(key, i)`. Each recording is read once, up to the last of these examples in it: where it has
 * many, as DVS Gesture's have, that takes its time. Throws as `checkRecordings`, ConfigError where the transforms make
 * frames of another size, DataError where a file no longer has the example, and as the reader does.
 */
export const framedAnew = async (
  split: ImageSplit,
  indices: ArrayLike<number>,
  transforms: readonly EventAugmentation[],
  key: Key,
): Promise<ImageSplit> => {
  checkRecordings(split);
  const { set, folder, examples } = split.recordings!;
  const kind = eventSets.find(({ name }) => name === set)!;
  const elements = sizeOf(split.shape);
  const images = new Uint8Array(indices.length * elements);
  const wanted = new Map<string, Wanted[]>();
  for (const [i, index] of Array.from(indices).entries()) {
    const { path, number } = examples[index]!;
    wanted.set(path, [...(wanted.get(path) ?? []), { i, number }]);
  }
  await overRecordings([...wanted.keys()], async (path) => {
    const here = wanted.get(path)!;
    const last = Math.max(...here.map(({ number }) => number));
    let number = 0;
    for await (const example of kind.examples(folder, path)) {
      for (const { i } of here.filter((each) => each.number === number)) {
        const pixels = frameExample(kind, example, transforms, fold(key, i));
        if (pixels.length !== elements) refuseSize(split, pixels.length);
        images.set(pixels, i * elements);
      }
      if (++number > last) return;
    }
    refuseMissing(`${folder}/${path}`, number, last);
  });
  const labels = Uint16Array.from(indices, (index) => split.labels[index]!);
  return { ...split, images, labels, count: indices.length };
};

/** Which example of a recording is which of those that are asked for. */
interface Wanted {
  readonly i: number;
  readonly number: number;
}

const refuseMissing = (file: string, count: number, last: number): never => {
  throw new DataError(
    { file },
    {
      given: `${count} examples`,
      expected: `at least ${last + 1}, as when it was opened`,
      remedy: "Leave the recordings and their labels unchanged during training.",
    },
  );
};

const refuseSize = ({ name, shape }: ImageSplit, length: number): never => {
  throw new ConfigError(`augmenting the events of ${name}`, {
    given: `transforms that make frames of ${length} pixels in all`,
    expected: `${sizeOf(shape)}: ${shape.join(" x ")}`,
    remedy: "Leave out the transforms that change the sensor's size.",
  });
};
