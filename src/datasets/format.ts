/** Formats of data folders. */

import type { DataFile, Dataset, ImageSplit, SplitNote } from "./dataset.ts";
import type { Report } from "./report.ts";

export type Split = keyof Pick<Dataset, "train" | "test">;

export interface OpenOptions {
  /** Labels of images with two, as CIFAR-100's: the class (default), or the group of classes that it belongs to. */
  readonly labels?: "fine" | "coarse";
}

export interface ReadOptions extends OpenOptions {
  readonly report: Report;
  /** The names in the folder that is read; absent for a file. */
  readonly names?: ReadonlySet<string> | undefined;
}

/** Contents of a folder: everything, unless the report of a problem has returned. */
export interface Contents {
  readonly name: string;
  readonly train?: ImageSplit | undefined;
  readonly test?: ImageSplit | undefined;
  readonly files: readonly DataFile[];
  /** Difference of the splits from the published ones, where the format decides it. */
  readonly note?: SplitNote;
  /** Notes on what is no damage but may be unintended. */
  readonly remarks?: readonly string[];
}

/** Counts of a folder that was verified. */
export interface Counts {
  /** Published data carry their name, others are named after their folder. */
  readonly name: string;
  readonly records: { readonly train: number; readonly test: number };
  /** Records of both splits by label. */
  readonly classes: Readonly<Record<string, number>>;
  /** [channels, height, width], where images were read. */
  readonly shape?: readonly number[];
  /** Names of the classes by label, where they have some. */
  readonly classNames?: readonly string[];
  /** Notes on what is no damage but may be unintended. */
  readonly remarks?: readonly string[];
}

/** An example of a data set that can be drawn. */
export interface DrawableExample {
  /** Name of the data set. */
  readonly name: string;
  readonly label: number;
  readonly classNames?: readonly string[] | undefined;
  /** Draws it as SVG, titled with `words` that say which example it is. */
  readonly draw: (words: string) => string;
}

export interface DataFormat {
  readonly name: string;
  /** Contents of such a folder, for messages. */
  readonly holds: string;
  /** Whether a folder may be one, by the names in it; those of folders end in "/". */
  readonly recognises: (names: ReadonlySet<string>) => boolean;
  /** Folders that publishers' archives and libraries unpack to, so that the one above them will do too. */
  readonly subfolders?: readonly string[];
  /** Set where such data are known by folders of splits alone, which may as well hold pictures of another layout. */
  readonly isKnownBySplits?: true;
  /** Whether the file at that path is such data by itself. */
  readonly isFile?: (path: string) => Promise<boolean>;
  /** The labels that such data have, where they may have several. */
  readonly labels?: readonly NonNullable<OpenOptions["labels"]>[];
  /** Number of records of the published splits, where such data are of one published set. */
  readonly published?: Readonly<Record<Split, number>>;
  /** Reads the folder, or file, part by part; each problem goes to `report`. */
  readonly read: (place: string, options: ReadOptions) => Promise<Contents>;
  /**
   * Draws an example, where there is more to show than its image. Throws ConfigError if there is none of that index.
   */
  readonly example?: (folder: string, split: Split, index: number) => Promise<DrawableExample>;
  /** Counts the contents of the folder without keeping them, where that is less work than reading it. */
  readonly verify?: (folder: string, report: Report) => Promise<Counts>;
}
