/** A split made of two IDX files, images and labels. */

import { DataError } from "../../errors.ts";
import type { ImageSplit } from "../dataset.ts";
import { headerBytes, type IdxArray, mend } from "./idx.ts";

type Named = IdxArray & { readonly path: string };

/**
 * Joins images, dims [n, height, width], with labels, dims [n]. Throws DataError if the counts differ or a label is
 * not below `classes`.
 */
export function imageSplit(
  images: Named,
  labels: Named,
  { name, classes, subset }: Pick<ImageSplit, "name" | "classes" | "subset">,
): ImageSplit {
  const [count, height, width] = images.dims as [number, number, number];
  if (labels.data.length !== count) {
    throw new DataError(`reading ${labels.path}, byte 4`, {
      given: `${labels.data.length} labels`,
      expected: `${count}, one for each image of ${images.path}`,
      remedy: "Check that both files belong together.",
    });
  }
  const wrong = labels.data.findIndex((label) => label >= classes);
  if (wrong >= 0) {
    throw new DataError(`reading ${labels.path}, byte ${headerBytes(1) + wrong}`, {
      given: `label ${labels.data[wrong]}`,
      expected: `0 to ${classes - 1}`,
      remedy: mend,
    });
  }
  return {
    name,
    images: images.data,
    labels: labels.data,
    count,
    shape: [1, height, width],
    classes,
    subset,
  };
}
