/** Augmentation of event recordings: their events are transformed and framed again at every use. Node only. */
import type { ImageSplit } from "../datasets/dataset.ts";
import { eventSets } from "../datasets/recordings/event-sets.ts";
import { frameExample } from "../datasets/recordings/frame-example.ts";
import { overRecordings } from "../datasets/recordings/over-recordings.ts";
import { ConfigError, DataError } from "../errors.ts";
import { fold } from "../random/key.ts";
import { sizeOf } from "../tensor/tensor.ts";
import { requireRecordings } from "./check-augmentation.ts";
import type { Reframe } from "./fill-step.ts";

/**
 * Examples `indices` of a split as a split of their own, framed as the data set's are after their events went through
 * `transforms`; example i of them draws from `fold(key, i)`. Each recording is read once, up to the last of these
 * examples in it, which takes long where a recording has many examples, as those of DVS Gesture. Throws ConfigError as
 * `requireRecordings` and where the transforms make frames of another size, DataError where a file no longer has the
 * example, and the errors of the reader.
 */
export const reframe: Reframe = async (split, indices, transforms, key) => {
  const { set, folder, examples } = requireRecordings(split);
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

/** Place i in the batch of a recording's example `number`. */
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
