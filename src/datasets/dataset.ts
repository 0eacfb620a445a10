/** Labelled images as bytes: the result of every reader, and the input of training and inference. */

/** Labelled images of one split. The bytes are as published; training encodes them as network input. */
export interface ImageSplit {
  /** Name printed beside every result: data set, split and number of images. */
  readonly name: string;
  /** Pixels, 0 to 255, [count, channels, height, width] in row-major order. */
  readonly images: Uint8Array;
  /** [count], each 0 to classes - 1. More than 256 classes take 16 bits. */
  readonly labels: Uint8Array | Uint16Array;
  readonly count: number;
  /** [channels, height, width]. */
  readonly shape: readonly [number, number, number];
  readonly classes: number;
  /** [classes], where they have names. */
  readonly classNames?: readonly string[];
  /** The event recordings that the images were framed from, in their order. */
  readonly recordings?: Recordings;
  /** True when these are only a part of a larger split. */
  readonly subset: boolean;
}

/** Images without labels. */
export type UnlabelledImages = Pick<ImageSplit, "name" | "images" | "count" | "shape">;

/** Event recordings from which images can be framed again. */
export interface Recordings {
  /** The kind of data set: of `eventSets`. */
  readonly set: string;
  readonly folder: string;
  /** [count]. */
  readonly examples: readonly RecordedExample[];
}

/** The example of a recording that an image was framed from. */
export interface RecordedExample {
  /** Path of the recording below the folder. */
  readonly path: string;
  /** Number of the example in the recording, from 0, in order. */
  readonly number: number;
}

/**
 * A file that a data set was read from, known by what it holds: `sha256` (hex) and `bytes` are those of the
 * decompressed contents and `name` has no `.gz`, so that the same data have the same files, compressed or not.
 */
export interface DataFile {
  readonly name: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** Difference of a data set's splits from the published ones. */
export interface SplitNote {
  readonly words: string;
  /** True for data that show that training and testing work, and are too few to judge claims by. */
  readonly isDemonstration?: true;
}

export interface Dataset {
  /** Name for printing. */
  readonly name: string;
  readonly train: ImageSplit;
  readonly test: ImageSplit;
  readonly files: readonly DataFile[];
  readonly note?: SplitNote;
}
