/** Data sets of event recordings: their files, and the examples that each of them makes. */

import type { Recording } from "../../events/events.ts";
import type { Framing } from "../../events/transforms/representation.ts";
import type { Interval } from "../../events/transforms/slicers.ts";
import type { SplitNote } from "../dataset.ts";
import type { Split } from "../format.ts";
import type { Report } from "../report.ts";

/** A labelled recording, or an interval of one, that makes one image. */
export interface Example extends Recording {
  readonly label: number;
  /** Interval of its frames; absent: from its first event to its last. */
  readonly interval?: Interval;
}

/** A data set of recordings, which are named by their paths below its folder. */
export interface EventSet {
  readonly name: string;
  readonly title: string;
  /** [channels, height, width] of an example's image, whose channels are frames. */
  readonly shape: readonly [number, number, number];
  readonly classes: number;
  readonly classNames?: readonly string[];
  /** Framing of the examples; a part of the key of cached frames. */
  readonly framing: Framing;
  /** Number of examples of the published splits, where it is known. */
  readonly published?: Readonly<Record<Split, number>>;
  /** Contents of such a folder for messages, and recognition by the names in it; those of folders end in "/". */
  readonly holds: string;
  readonly recognises: (names: ReadonlySet<string>) => boolean;
  readonly isKnownBySplits?: true;
  /** Folders that the publisher's archive unpacks to. */
  readonly subfolders?: readonly string[];
  /** The recordings of a split, in order; each problem goes to `report`. */
  readonly list: (folder: string, split: Split, report: Report) => Promise<readonly string[]>;
  /** Difference of the splits from the published ones, by the recordings of both; absent where publishers decided them. */
  readonly note?: (paths: readonly string[]) => SplitNote;
  /** Another file that a recording's examples are made of: its labels. */
  readonly beside?: (path: string) => string;
  /** Number of examples of a recording, found without decoding it; absent where each is one. */
  readonly count?: (folder: string, path: string) => Promise<number>;
  /** The examples of a recording, in order. They throw DataError where it is damaged, StorageError. */
  readonly examples: (folder: string, path: string) => AsyncIterable<Example>;
}
