/** The framings of the paper's event data sets. */

import { type Framing, framingSchema } from "./transforms/representation.ts";
import type { Interval } from "./transforms/slicers.ts";

/** N-MNIST, 34 x 34: ten binary frames of ON events, of equal times over the recording's length. */
export const nmnistFraming: Framing = framingSchema.parse({
  representation: { type: "toFrame", timeBins: 10, polarity: "on", output: "binary" },
});

/** Length of a frame of DVS Gesture, microseconds. */
export const GESTURE_WINDOW = 16_000;

/** DVS Gesture: 128 x 128 brought to 64 x 64, binary frames of the ON events of 16 ms each. */
export const dvsGestureFraming: Framing = framingSchema.parse({
  transforms: [{ type: "downsample", targetSize: [64, 64] }],
  representation: { type: "toFrame", timeWindow: GESTURE_WINDOW, polarity: "on", output: "binary" },
});

/** Frames of one example, which are the channels of its image. */
const EXAMPLE_FRAMES = 6;
/** Examples that are made of a gesture, from its start: 108 frames, the first 1.728 s of about 6. */
const GESTURE_EXAMPLES = 18;

/**
 * The intervals of a labelled gesture that make an example each, one after the other from the label's start. A shorter
 * gesture makes fewer, never padded ones: as many as have all six of their frames before its end.
 */
export const gestureExamples = ({ startUs, endUs }: Interval): readonly Interval[] => {
  const length = EXAMPLE_FRAMES * GESTURE_WINDOW;
  const count = Math.min(GESTURE_EXAMPLES, Math.floor((endUs - startUs) / length));
  return Array.from({ length: count }, (_, k) => ({
    startUs: startUs + k * length,
    endUs: startUs + (k + 1) * length,
  }));
};
