/** Check of an augmentation against the images that it is applied to. */
import type { ImageSplit } from "../datasets/dataset.ts";
import { ConfigError } from "../errors.ts";
import type { Augmentation } from "./augmentation.ts";

/**
 * Throws ConfigError for an augmentation of events where the images were not framed from recordings, and for a cut-out
 * square that is larger than the images.
 */
export const checkAugmentation = (split: ImageSplit, augmentation: Augmentation | undefined): void => {
  if (augmentation?.events) requireRecordings(split);
  if (augmentation) checkCutOut(split, augmentation);
};

/** Recordings of a split. Throws ConfigError where its images were not framed from any. */
export const requireRecordings = ({ name, recordings }: ImageSplit) => {
  if (recordings) return recordings;
  throw new ConfigError(`augmenting the events of ${name}`, {
    given: "images that were not framed from event recordings",
    expected: "a data set of event recordings: N-MNIST or DVS Gesture as published",
    remedy: "Leave out the augmentation of events: pad, flip and cut-out work on images.",
  });
};

const checkCutOut = ({ shape }: ImageSplit, { cutOut }: Augmentation): void => {
  const [, height, width] = shape;
  if (cutOut <= Math.min(height, width)) return;
  throw new ConfigError("augmentation", {
    given: `a cut-out square of ${cutOut} pixels`,
    expected: `at most the size of the images, ${height} x ${width}`,
    remedy: "Choose a smaller square.",
  });
};
