/** The framings of the paper's event data sets. */

import type { Sensor } from "./events.ts";
import type { GestureLabel } from "./gesture-labels.ts";
import type { Frames } from "./transforms/painting.ts";
import { type Framing, framingSchema, represent } from "./transforms/representation.ts";
import { type IntervalEvents, sliceAtIntervals } from "./transforms/slicers.ts";
import { transformRecording } from "./transforms/transform.ts";

/** N-MNIST, 34 x 34: ten binary frames of ON events, of equal times over the recording's length. */
export const nmnistFraming: Framing = framingSchema.parse({
  representation: { type: "toFrame", timeBins: 10, polarity: "on", output: "binary" },
});

const GESTURE_WINDOW = 16_000;

/** DVS Gesture: 128 x 128 brought to 64 x 64, binary frames of the ON events of 16 ms each. */
export const dvsGestureFraming: Framing = framingSchema.parse({
  transforms: [{ type: "downsample", targetSize: [64, 64] }],
  representation: { type: "toFrame", timeWindow: GESTURE_WINDOW, polarity: "on", output: "binary" },
});

/** Frames of one example, which are the channels of its image. */
const EXAMPLE_FRAMES = 6;
/** Frames that are taken of a gesture, from its start: 1.728 s of about 6 s. */
const GESTURE_FRAMES = 108;

/**
 * The examples of one labelled gesture, [examples, 6, 64, 64]: the first 108 frames from the label's start make 18 of
 * them. A shorter gesture makes fewer, never padded ones: as many as have all six of their frames before its end.
 */
export const gestureExamples = (
  { interval, events }: IntervalEvents<GestureLabel>,
  sensor: Sensor,
): Frames => {
  const { startUs } = interval;
  const endUs = Math.min(interval.endUs, startUs + GESTURE_FRAMES * GESTURE_WINDOW);
  const [taken] = sliceAtIntervals(events, [{ startUs, endUs }]);
  const small = transformRecording({ events: taken!.events, sensor }, dvsGestureFraming.transforms);
  const extent = { startUs, endUs, events: small.events.t.length };
  const { data, shape } = represent(small, dvsGestureFraming.representation, extent);
  const [, , height, width] = shape;
  const examples = Math.floor((endUs - startUs) / (EXAMPLE_FRAMES * GESTURE_WINDOW));
  return {
    data: data.subarray(0, examples * EXAMPLE_FRAMES * height * width),
    shape: [examples, EXAMPLE_FRAMES, height, width],
  };
};
