/** A split of an event data set as images. Node only. */
import { DataError } from "../../errors.ts";
import { grouped } from "../../grouped.ts";
import { sizeOf } from "../../tensor/tensor.ts";
import { sharedBytes } from "../../threads/shared-memory.ts";
import type { DataFile, ImageSplit, RecordedExample } from "../dataset.ts";
import type { Split } from "../format.ts";
import type { EventSet } from "./event-set.ts";
import { cachedFrames, type LabelledFrames } from "./frame-cache.ts";
import { frameExample } from "./frame-example.ts";
import { overRecordings } from "./over-recordings.ts";

/**
 * The examples of the recordings `paths`, whose files are `files`: from the cache, or decoded and then cached.
 * Throws DataError where a recording is damaged or there are no examples, StorageError.
 */
export const decodeSplit = async (
  set: EventSet,
  folder: string,
  split: Split,
  paths: readonly string[],
  files: readonly DataFile[],
): Promise<ImageSplit> => {
  const { name, title, framing, shape, classes, classNames, published } = set;
  const counts = await overRecordings(paths, async (path) => set.count?.(folder, path) ?? 1);
  const decode = () => decodeAll(set, folder, paths, counts);
  const { images, labels } = await cachedFrames({ set: name, framing, files }, decode);
  const count = labels.length;
  if (count === 0) throw noExamples(folder, split, paths.length);
  const isWhole = published?.[split] === count;
  const words = split === "train" ? "training" : "test";
  return {
    name: isWhole
      ? `${title} ${words}, ${grouped(count)} recordings`
      : `${title} in ${folder}, ${words}, ${grouped(count)} examples`,
    images,
    labels,
    recordings: { set: name, folder, examples: paths.flatMap((path, k) => numbered(path, counts[k]!)) },
    count,
    shape,
    classes,
    ...(classNames && { classNames }),
    subset: published !== undefined && !isWhole,
  };
};

const numbered = (path: string, count: number): RecordedExample[] =>
  Array.from({ length: count }, (_, number) => ({ path, number }));

/** Decodes all recordings; the numbers of examples before each give the place of its images. */
const decodeAll = async (
  set: EventSet,
  folder: string,
  paths: readonly string[],
  counts: readonly number[],
): Promise<LabelledFrames> => {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const elements = sizeOf(set.shape);
  const images = roomFor(folder, total, elements);
  const labels = new Uint8Array(total);
  let first = 0;
  const starts = counts.map((count) => (first += count) - count);
  await overRecordings(paths, async (path, k) => {
    let at = starts[k]!;
    for await (const example of set.examples(folder, path)) {
      images.set(frameExample(set, example), at * elements);
      labels[at++] = example.label;
    }
  });
  return { images, labels };
};

/** Allocates the images. Their number comes from files of labels, which may be damaged. */
const roomFor = (folder: string, examples: number, elements: number): Uint8Array => {
  try {
    return new Uint8Array(sharedBytes(examples * elements));
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new DataError(
      { file: folder },
      {
        given: `${grouped(examples)} examples of ${grouped(elements)} bytes`,
        expected: "as many as memory has room for",
        remedy: "Check the files of labels, or take a part of the recordings.",
      },
      cause,
    );
  }
};

/** The error for a split whose recordings hold no examples. */
export const noExamples = (folder: string, split: Split, recordings: number): DataError =>
  new DataError(
    { file: folder },
    {
      given: `no ${split === "train" ? "training" : "test"} examples in ${recordings} recordings`,
      expected: "at least one",
      remedy:
        "Check the files of labels: a gesture must be long enough for an example. Else take them from the published " +
        "archive again.",
    },
  );
