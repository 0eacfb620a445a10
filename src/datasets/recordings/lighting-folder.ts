/**
 * Recordings of single gestures in one folder, in place of DVS Gesture's archive: classNN_userNN_LIGHT.npy, arrays of records
 * x, y, p, t as Tonic has them. They are framed as DVS Gesture's are, and split by their light. Node only.
 */
import { join } from "node:path";
import type { EventStream } from "../../events/events.ts";
import { gestureExamples } from "../../events/presets.ts";
import { openRecording } from "../../events/recording.ts";
import { extentOfChunks } from "../../events/transforms/extent.ts";
import { type Interval, sliceStreamAtIntervals } from "../../events/transforms/slicers.ts";
import { namesIn, visible } from "../folder.ts";
import { attempt, type Report } from "../report.ts";
import type { EventSet } from "./event-set.ts";
import { gestureSet } from "./gesture-folder.ts";
import { isLitGesture, type LitGesture, parseLitGesture } from "./lighting-names.ts";
import { gesturesOf, noteOnLights } from "./lighting-split.ts";

/** DVS128, DVS Gesture's camera; the arrays do not state it. */
const SENSOR = { width: 128, height: 128 };

export const lightingSet: EventSet = {
  ...{ shape: gestureSet.shape, classes: gestureSet.classes, framing: gestureSet.framing },
  ...(gestureSet.classNames && { classNames: gestureSet.classNames }),
  name: "dvs-gesture-lighting",
  title: `${gestureSet.title} by lighting`,
  holds: "gestures by lighting (classNN_userNN_LIGHT.npy, some in the light led)",
  recognises: (names) => visible(names).some(isLitGesture),
  list: async (folder, split, report) => {
    // Both splits have the same names: those that are wrong are reported once.
    const all = await gesturesIn(folder, split === "train" ? report : () => {});
    return gesturesOf(folder, all, split, report).map(({ name }) => name);
  },
  note: (paths) => noteOnLights(paths.map((path) => parseLitGesture("", path))),
  count: async (folder, path) => (await intervalsOf(folder, path)).length,
  examples: async function* (folder, path) {
    const { label } = parseLitGesture(folder, path);
    const intervals = await intervalsOf(folder, path);
    const { chunks, sensor } = await open(folder, path);
    for await (const { interval, events } of sliceStreamAtIntervals(chunks, intervals))
      yield { events, sensor, label, interval };
  },
};

/** The recordings in a folder by name. Each file of an array that is no such recording is reported. */
const gesturesIn = async (folder: string, report: Report): Promise<readonly LitGesture[]> => {
  const names = (await attempt(report, () => namesIn(folder))) ?? new Set<string>();
  const found: LitGesture[] = [];
  for (const name of visible(names).sort())
    if (name.endsWith(".npy"))
      await attempt(report, () => {
        found.push(parseLitGesture(folder, name));
      });
  return found;
};

const open = (folder: string, path: string): Promise<EventStream> =>
  openRecording(join(folder, path), { sensor: SENSOR });

/** The examples of a recording, which holds one gesture from its first event to its last. */
const intervalsOf = async (folder: string, path: string): Promise<readonly Interval[]> =>
  gestureExamples(await extentOfChunks((await open(folder, path)).chunks));
