/**
 * DVS Gesture as it is published: recordings of several gestures each, their labels, and which are to train on. Node
 * only.
 */
import { join } from "node:path";
import { DataError } from "../../errors.ts";
import type { Events } from "../../events/events.ts";
import { type GestureLabel, readGestureLabels } from "../../events/gesture-labels.ts";
import { dvsGestureFraming, GESTURE_WINDOW, gestureExamples } from "../../events/presets.ts";
import { openRecording } from "../../events/recording.ts";
import { sliceStreamAtIntervals } from "../../events/transforms/slicers.ts";
import { readWhole } from "../../storage/files.ts";
import { dvsGestureEntry } from "../fetching/entries/events.ts";
import { attempt } from "../report.ts";
import type { EventSet } from "./event-set.ts";
import { readTrials } from "./gesture-trials.ts";

/** The lists of recordings. */
const LISTS = { train: "trials_to_train.txt", test: "trials_to_test.txt" } as const;
const LARGEST_TEXT = 1 << 20;

export const gestureSet: EventSet = {
  name: "dvs-gesture",
  title: dvsGestureEntry.title,
  shape: [6, 64, 64],
  classes: dvsGestureEntry.classes,
  ...(dvsGestureEntry.classNames && { classNames: dvsGestureEntry.classNames }),
  framing: dvsGestureFraming,
  holds: "DVS Gesture (trials_to_train.txt, trials_to_test.txt, *.aedat with *_labels.csv)",
  recognises: (names) => names.has(LISTS.train) && names.has(LISTS.test),
  subfolders: ["DvsGesture"],
  list: async (folder, split, report) => {
    const file = join(folder, LISTS[split]);
    const trials = await attempt(report, async () => readTrials(await readWhole(file, LARGEST_TEXT), file));
    return trials ?? [];
  },
  beside: (path) => path.replace(/\.aedat$/, "_labels.csv"),
  count: async (folder, path) => {
    const labels = await labelsOf(folder, path);
    return labels.reduce((sum, gesture) => sum + gestureExamples(gesture).length, 0);
  },
  examples: async function* (folder, path) {
    const labels = await labelsOf(folder, path);
    const intervals = labels.flatMap((gesture) =>
      gestureExamples(gesture).map((interval) => ({ gesture, ...interval })),
    );
    // By their ends: the order in which a stream yields them, however gestures overlap.
    intervals.sort((a, b) => a.endUs - b.endUs);
    const { chunks, sensor } = await openRecording(join(folder, path));
    const clock = { us: -1 };
    for await (const { interval, events } of sliceStreamAtIntervals(watched(chunks, clock), intervals)) {
      // A sensor without an event for the length of a frame was off: the recording is truncated. Only frames are asked
      // for, not the label's end: whole recordings need not have events up to there, and events behind the
      // last frame changes no example.
      if (interval.endUs - GESTURE_WINDOW > clock.us)
        throw endsBefore(join(folder, path), clock.us, interval.gesture);
      yield { events, sensor, label: interval.gesture.label, interval };
    }
  },
};

/** The chunks; the clock shows the time of the last event. */
async function* watched(chunks: AsyncIterable<Events>, clock: { us: number }): AsyncGenerator<Events> {
  for await (const chunk of chunks) {
    clock.us = chunk.t.at(-1) ?? clock.us;
    yield chunk;
  }
}

const endsBefore = (file: string, lastUs: number, { startUs, endUs }: GestureLabel): DataError =>
  new DataError(
    { file },
    {
      given: lastUs < 0 ? "no events" : `a last event at ${lastUs} us`,
      expected: `events of the gesture that its labels place at ${startUs} to ${endUs} us, in all frames that are made of it`,
      remedy:
        "The recording is truncated, or the labels are of another one: take both from the published archive again.",
    },
  );

const labelsOf = async (folder: string, path: string): Promise<readonly GestureLabel[]> => {
  const file = join(folder, gestureSet.beside!(path));
  return readGestureLabels(await readWhole(file, LARGEST_TEXT), file);
};
