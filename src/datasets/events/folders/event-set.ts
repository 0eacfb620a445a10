/** What a data set of event recordings is: which files it has, and the images that each of them makes. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Key } from "../../../random/key.ts";
import { onDisk } from "../../../storage.ts";
import type { Dataset } from "../../dataset.ts";
import type { Framing } from "../transforms/representation.ts";
import type { EventAugmentation } from "../transforms/transform.ts";

/** Images of one recording, whose channels are its frames. */
export interface Examples {
  /** [count, channels, height, width]: 255 where there was an event, else 0. */
  readonly images: Uint8Array;
  /** [count] */
  readonly labels: readonly number[];
}

/** A recording of a set, by its path below the set's folder. */
export interface RecordingFile {
  readonly path: string;
  /** What else its examples are made of, such as a file of labels; paths below the folder. */
  readonly beside?: readonly string[];
}

export interface EventSet {
  readonly name: string;
  readonly title: string;
  /** [channels, height, width] of an example. */
  readonly shape: readonly [number, number, number];
  readonly classes: number;
  readonly classNames?: readonly string[];
  /** How recordings become frames: a part of what decoded frames are kept under. */
  readonly framing: Framing;
  /** How many examples the published splits have, where that is known. */
  readonly published?: Readonly<Record<Split, number>>;
  /** The images of a recording. */
  readonly examples: (folder: string, file: RecordingFile) => Promise<Examples>;
  /** The frames of a recording that is one example, after transforms that draw from `key`. */
  readonly framedAnew?: (
    folder: string,
    path: string,
    transforms: readonly EventAugmentation[],
    key: Key,
  ) => Promise<Uint8Array>;
}

export type Split = keyof Pick<Dataset, "train" | "test">;

/** Frames of 0 and 1 as pixels. */
export const lit = (frames: Uint8Array): Uint8Array => frames.map((event) => 255 * event);

/** Size and time of change of each file: what tells whether it is the one that was decoded. */
export const identify = async (folder: string, files: readonly RecordingFile[]): Promise<readonly string[]> =>
  Promise.all(
    files
      .flatMap(({ path, beside = [] }) => [path, ...beside])
      .map(async (path) => {
        const { size, mtimeMs } = await onDisk(`reading ${join(folder, path)}`, () =>
          stat(join(folder, path)),
        );
        return `${path} ${size} ${mtimeMs}`;
      }),
  );
