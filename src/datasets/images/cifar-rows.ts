/** Rows of CIFAR batches, as their readers fill them. */

import { DataError } from "../../errors.ts";
import type { DataFile } from "../dataset.ts";
import { type CifarLabel, type CifarSet, cifarPixels } from "./cifar-sets.ts";

/** Rows of a split, of which the first `count` are filled. */
export interface Rows {
  readonly images: Uint8Array;
  /** A row of them for each label of the set. */
  readonly labels: readonly Uint8Array[];
  count: number;
}

/** Images that one array of pixels may hold: 2 GiB of them. */
const mostImages = Math.floor(2 ** 31 / cifarPixels);

/** Room for `capacity` images of the files in `folder`. Throws DataError for more than one array holds. */
export const allocateRows = ({ labels }: CifarSet, capacity: number, folder: string): Rows => {
  if (capacity > mostImages)
    throw new DataError(`reading the data folder ${folder}`, {
      given: `files for ${capacity} images or more`,
      expected: `at most ${mostImages}`,
      remedy: mend,
    });
  return {
    images: new Uint8Array(capacity * cifarPixels),
    labels: labels.map(() => new Uint8Array(capacity)),
    count: 0,
  };
};

/** Format of the batches of a distribution. */
export interface BatchFormat {
  /** Most images in a file of that size. Throws DataError for a size that no batch has. */
  readonly capacity: (set: CifarSet, path: string, bytes: number) => number;
  /** Adds the batch to the rows; they are as before where it throws. */
  readonly read: (set: CifarSet, path: string, rows: Rows) => Promise<DataFile>;
  /** The classes' names, where the folder has them. */
  readonly names: (
    set: CifarSet,
    label: CifarLabel,
    folder: string,
  ) => Promise<readonly string[] | undefined>;
}

export const mend = "The file is damaged or of another format: fetch it again or give another folder.";

/** Throws DataError unless `value` is a class. */
export const checkLabel = (value: unknown, classes: number, file: string, offset?: number): void => {
  if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value < classes) return;
  const place = offset === undefined ? { file } : { file, offset };
  throw new DataError(place, { given: `label ${value}`, expected: `0 to ${classes - 1}`, remedy: mend });
};

/** Throws DataError unless there is a name for each class. */
export const checkNames = (
  names: readonly string[],
  { classes }: CifarLabel,
  file: string,
): readonly string[] => {
  if (names.length === classes) return names;
  const given = `${names.length} names of classes`;
  throw new DataError({ file }, { given, expected: `${classes}`, remedy: mend });
};
