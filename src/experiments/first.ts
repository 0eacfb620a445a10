/** A part of a split. */
import type { ImageSplit } from "../datasets/dataset.ts";

/** Its first images: all of them, where there are no more than `count`. */
export const firstOf = (split: ImageSplit, count: number): ImageSplit => {
  const kept = Math.min(count, split.count);
  const pixels = split.images.length / split.count;
  return {
    ...split,
    ...{ count: kept, subset: kept < split.count || split.subset, name: `${split.name} (first ${kept})` },
    images: split.images.subarray(0, kept * pixels),
    labels: split.labels.subarray(0, kept),
  };
};
