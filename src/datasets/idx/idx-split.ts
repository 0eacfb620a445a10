/** A split made of two IDX files, images and labels. */

import { DataError } from "../../errors.ts";
import type { ImageSplit } from "../dataset.ts";
import { headerBytes, type IdxArray, mend } from "./idx.ts";
import type { IdxLayout } from "./layouts.ts";
import { transposeImages } from "./transpose.ts";

type Named = IdxArray & { readonly path: string };
type Pixels = Pick<ImageSplit, "images" | "count" | "shape">;

/**
 * Joins images, dims [n, height, width], with labels, dims [n], both changed in place: the images are made
 * upright, the labels from 0 on. Throws DataError if the counts differ or a label is none of the layout's.
 */
export const imageSplit = (
  images: Named,
  labels: Named,
  { classes, firstLabel, transposed }: Pick<IdxLayout, "classes" | "firstLabel" | "transposed">,
): Pixels & Pick<ImageSplit, "labels"> => {
  const count = images.dims[0]!;
  if (labels.data.length !== count) {
    throw new DataError(
      { file: labels.path, offset: 4 },
      {
        given: `${labels.data.length} labels`,
        expected: `${count}, one for each image of ${images.path}`,
        remedy: "Check that both files belong together.",
      },
    );
  }
  const wrong = labels.data.findIndex((label) => label < firstLabel || label >= firstLabel + classes);
  if (wrong >= 0) {
    throw new DataError(
      { file: labels.path, offset: headerBytes(1) + wrong },
      {
        given: `label ${labels.data[wrong]}`,
        expected: `${firstLabel} to ${firstLabel + classes - 1}`,
        remedy: mend,
      },
    );
  }
  for (let k = 0; firstLabel > 0 && k < count; k++) labels.data[k]! -= firstLabel;
  return { ...uprightImages(images, transposed), labels: labels.data };
};

/** Images, dims [n, height, width], made upright in place. */
export const uprightImages = ({ dims, data }: IdxArray, transposed: boolean): Pixels => {
  const [count, height, width] = dims as [number, number, number];
  if (transposed) transposeImages(data, height, width);
  return { images: data, count, shape: transposed ? [1, width, height] : [1, height, width] };
};
