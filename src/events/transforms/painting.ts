/** Painting a recording window by window into frames: of whole recordings and, in constant memory, of streams. */

import { ConfigError, DataError } from "../../errors.ts";
import { type Events, eventRange } from "../events.ts";
import { type Extent, extentOf, firstFrom } from "./extent.ts";
import { lengthIn, type Windows } from "./windows.ts";

/** Elements of one frame, or of one frame after the other. */
export type FrameData = Uint8Array | Uint32Array | Float32Array;

/** Shape of one frame: [channels, height, width]. */
export type FrameShape = readonly [number, number, number];

export interface Frames {
  /** Row-major. */
  readonly data: FrameData;
  /** [frames, channels, height, width]. */
  readonly shape: readonly [number, ...FrameShape];
}

/** Painter of one frame for each window. */
export interface Painter<Data extends FrameData = FrameData> {
  readonly windows: Windows;
  readonly shape: FrameShape;
  /** Allocates an array of zeros. */
  allocate(length: number): Data;
  /** Adds events [from, to), which lie in the window; they come in order of time, over one or several calls. */
  paint(frame: Data, events: Events, from: number, to: number, window: number): void;
  /** Completes a frame; `time` is the first behind its window. */
  close?(frame: Data, time: number): void;
}

/** Elements of all frames that are in memory at once: 2 GiB of float32 numbers. */
const MOST_ELEMENTS = 2 ** 29;

/** A recording being painted: each frame is yielded once, in order, when it has all of its events. */
export interface Painting<Data extends FrameData = FrameData> {
  readonly push: (events: Events) => Generator<Data, void, undefined>;
  readonly end: () => Generator<Data, void, undefined>;
}

const sizeOfFrame = ({ shape }: Painter): number => shape.reduce((product, n) => product * n, 1);

/**
 * Painter of a recording. `extent` is that of the whole recording, where it is known; events outside it are ignored.
 * `open` gives the zeroed memory of frame number i; by default each frame has its own. Throws ConfigError for too many
 * windows, in all or overlapping each other, and DataError at the end if there were not as many events as `extent`
 * says.
 */
export const startPainting = <Data extends FrameData>(
  painter: Painter<Data>,
  extent?: Extent,
  open: (window: number) => Data = () => painter.allocate(sizeOfFrame(painter)),
): Painting<Data> => {
  const { windows } = painter;
  const known = extent && windows.count(lengthIn(windows.unit, extent));
  requireRoom(Math.min(windows.together, known ?? Number.POSITIVE_INFINITY), painter.shape);
  let startUs = extent?.startUs;
  let endUs = 0;
  let seen = 0;
  /** Frames of the windows from number `first`, which is the first that is not complete. */
  const opened: Data[] = [];
  let first = 0;

  const complete = (window: number): Data => {
    const frame = opened.shift() ?? open(window);
    painter.close?.(frame, (startUs ?? 0) + windows.end(window));
    first = window + 1;
    return frame;
  };

  return {
    *push(all) {
      const events = extent ? within(all, extent) : all;
      const { t } = events;
      if (t.length === 0) return;
      startUs ??= t[0]!;
      endUs = t.at(-1)! + 1;
      const before = seen;
      const origin = startUs;
      seen += t.length;
      // Throws for too many windows before the first of them is opened.
      if (known === undefined) windows.count(windows.unit === "time" ? endUs - origin : seen);
      const indexOf = (position: number): number =>
        windows.unit === "time"
          ? firstFrom(t, origin + position)
          : Math.min(t.length, Math.max(0, position - before));
      for (let window = first; window < (known ?? Number.POSITIVE_INFINITY); window++) {
        const from = indexOf(windows.start(window));
        if (from === t.length) break;
        const to = indexOf(windows.end(window));
        opened[window - first] ??= open(window);
        painter.paint(opened[window - first]!, events, from, to, window);
        if (to < t.length) yield complete(window);
      }
    },
    *end() {
      if (extent && seen !== extent.events)
        throw new DataError("framing a recording", {
          given: `${seen} events`,
          expected: `the ${extent.events} that its extent was measured with`,
          remedy: "Leave the recording unchanged while it is read.",
        });
      const length = windows.unit === "time" ? endUs - (startUs ?? 0) : seen;
      const count = known ?? windows.count(length);
      for (let window = first; window < count; window++) yield complete(window);
    },
  };
};

const requireRoom = (count: number, shape: FrameShape): void => {
  if (count * shape[0] * shape[1] * shape[2] <= MOST_ELEMENTS) return;
  throw new ConfigError("framing a recording", {
    given: `${count} frames of ${shape.join(" x ")} at once`,
    expected: `at most ${MOST_ELEMENTS} elements in memory`,
    remedy: "Choose longer windows, fewer bins or less overlap, crop the recording, or frame it as a stream.",
  });
};

/** All frames of a recording. Throws ConfigError for too many windows, and for frames of more than 2^29 elements. */
export const paintRecording = (painter: Painter, events: Events, extent = extentOf(events)): Frames => {
  const { windows, shape } = painter;
  const count = windows.count(lengthIn(windows.unit, extent));
  const size = sizeOfFrame(painter);
  requireRoom(count, shape);
  const data = painter.allocate(count * size);
  const open = (window: number): FrameData => data.subarray(window * size, (window + 1) * size);
  const painting = startPainting(painter, extent, open);
  for (const _ of painting.push(events));
  for (const _ of painting.end());
  return { data, shape: [count, ...shape] };
};

const within = (events: Events, { startUs, endUs }: Extent): Events =>
  eventRange(events, firstFrom(events.t, startUs), firstFrom(events.t, endUs));
