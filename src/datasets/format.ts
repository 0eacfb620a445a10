/** What a format of data folders is. */

import type { DataFile, ImageSplit } from "./dataset.ts";
import type { Report } from "./report.ts";

export interface OpenOptions {
  /** Of images with two labels, as CIFAR-100's: the class (default), or the group of classes that it belongs to. */
  readonly labels?: "fine" | "coarse";
}

/** What was read of a folder: everything, unless the report of a problem has returned. */
export interface Contents {
  readonly name: string;
  readonly train?: ImageSplit | undefined;
  readonly test?: ImageSplit | undefined;
  readonly files: readonly DataFile[];
}

export interface DataFormat {
  readonly name: string;
  /** What such a folder holds, for messages. */
  readonly holds: string;
  /** Whether a folder may be one, by the names in it; those of folders end in "/". */
  readonly recognises: (names: ReadonlySet<string>) => boolean;
  /** The folder that the publisher's archive unpacks to, so that the one above it will do too. */
  readonly subfolder?: string;
  /** Reads the folder, file by file; each problem goes to `report`. */
  readonly read: (folder: string, options: OpenOptions & { readonly report: Report }) => Promise<Contents>;
}
