/** Images that a runner is given, and the passes that it answers with. */

/** Images to predict, all by the same passes. */
export interface Job {
  /** Pixels 0..255, one image after the other. */
  readonly pixels: Uint8Array;
  /** Key of each image's noise, a whole number from 0. */
  readonly keys: readonly number[];
  /** Passes `first` to `end` - 1. Early exit needs all of them. */
  readonly first: number;
  readonly end: number;
  /** A flag for each call whose images these are, in memory that threads share: the job ends once all are set. */
  readonly aborted?: readonly Int32Array[];
}

/** Passes of a job's images, image by image, pass by pass. */
export interface Passes {
  /** [images, passes, classes] */
  readonly probabilities: Float32Array;
  /** [images, passes, numbers]; empty where passes are not observed. */
  readonly observation: Float32Array;
}
