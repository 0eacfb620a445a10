/** Reads a folder of event recordings as a data set of images whose channels are frames. Node only. */
import { createHash } from "node:crypto";
import { sharedBytes } from "../../../shared-memory.ts";
import { sizeOf } from "../../../tensor/tensor.ts";
import { type DataFile, grouped, type ImageSplit, type Recordings } from "../../dataset.ts";
import type { Contents } from "../../format.ts";
import { attempt, type Report } from "../../report.ts";
import { type EventSet, type Examples, identify, type RecordingFile, type Split } from "./event-set.ts";
import { cachedFrames, type LabelledFrames } from "./frame-cache.ts";

/** Recordings that are read at once: while one is decoded, others come from the disk. */
const AT_ONCE = 8;

export const readEventFolder = async (
  set: EventSet,
  folder: string,
  files: Readonly<Record<Split, readonly RecordingFile[]>>,
  report: Report,
): Promise<Contents> => {
  const splits: Partial<Record<Split, ImageSplit>> = {};
  const described: DataFile[] = [];
  for (const split of ["train", "test"] as const) {
    const identity = await identify(folder, files[split]);
    const { images, labels } = await cachedFrames(
      { set: set.name, framing: set.framing, files: identity },
      () => decodeAll(set, folder, files[split], report),
    );
    const recordings = recordingsOf(set, folder, files[split], labels);
    if (labels.length > 0)
      splits[split] = { ...toSplit(set, folder, split, images, labels), ...(recordings && { recordings }) };
    described.push(describe(split, identity));
  }
  return { name: `${set.title} in ${folder}`, ...splits, files: described };
};

const recordingsOf = (
  { name, framedAnew }: EventSet,
  folder: string,
  files: readonly RecordingFile[],
  labels: Uint8Array,
): Recordings | undefined =>
  framedAnew && labels.length === files.length
    ? { set: name, folder, paths: files.map(({ path }) => path) }
    : undefined;

const toSplit = (
  { title, shape, classes, classNames, published }: EventSet,
  folder: string,
  split: Split,
  images: Uint8Array,
  labels: Uint8Array,
): ImageSplit => {
  const count = labels.length;
  const words = split === "train" ? "training" : "test";
  const isWhole = published?.[split] === count;
  return {
    name: isWhole
      ? `${title} ${words}, ${grouped(count)} recordings`
      : `${title} in ${folder}, ${words}, ${grouped(count)} examples`,
    images,
    labels,
    count,
    shape,
    classes,
    ...(classNames && { classNames }),
    subset: published !== undefined && !isWhole,
  };
};

/** All recordings of a split as one entry: there may be tens of thousands. */
const describe = (split: Split, identity: readonly string[]): DataFile => ({
  name: `${split}, ${grouped(identity.length)} files`,
  sha256: createHash("sha256").update(identity.join("\n")).digest("hex"),
  bytes: identity.reduce((sum, line) => sum + Number(line.split(" ").at(-2)), 0),
});

const decodeAll = async (
  set: EventSet,
  folder: string,
  files: readonly RecordingFile[],
  report: Report,
): Promise<LabelledFrames> => {
  let isWhole = true;
  const note: Report = (problem) => {
    isWhole = false;
    report(problem);
  };
  const found: (Examples | undefined)[] = new Array(files.length);
  let next = 0;
  const work = async (): Promise<void> => {
    for (let k = next++; k < files.length; k = next++)
      found[k] = await attempt(note, () => set.examples(folder, files[k]!));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const examples = found.filter((each) => each !== undefined);
  return { ...joined(examples, sizeOf(set.shape)), isWhole };
};

const joined = (parts: readonly Examples[], elements: number): Omit<LabelledFrames, "isWhole"> => {
  const labels = Uint8Array.from(parts.flatMap((part) => part.labels));
  const images = new Uint8Array(sharedBytes(labels.length * elements));
  let at = 0;
  for (const part of parts) {
    images.set(part.images, at);
    at += part.images.length;
  }
  return { images, labels };
};
