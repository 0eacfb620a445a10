/** The split of recordings of single gestures by their light: one light is to test with, all others to train on. */

import { DataError } from "../../errors.ts";
import { counted } from "../../grouped.ts";
import type { SplitNote } from "../dataset.ts";
import { dvsGestureEntry } from "../fetching/entries/events.ts";
import type { Split } from "../format.ts";
import type { Report } from "../report.ts";
import { classInName, type LitGesture } from "./lighting-names.ts";

/** The light to test with: one of DVS Gesture's five, in which every class must be recorded. */
const TEST_LIGHT = "led";

const splitOf = ({ light }: LitGesture): Split => (light === TEST_LIGHT ? "test" : "train");

/**
 * The recordings of a split, in their order. A split without recordings, and a class that is in the other split only, is
 * reported as a DataError: a class must be learned to be tested, and tested to count in the error.
 */
export const gesturesOf = (
  folder: string,
  all: readonly LitGesture[],
  split: Split,
  report: Report,
): readonly LitGesture[] => {
  const own = all.filter((gesture) => splitOf(gesture) === split);
  const labels = new Set(own.map(({ label }) => label));
  const lacking = [...new Set(all.map(({ label }) => label))].filter((label) => !labels.has(label));
  if (own.length === 0 && all.length > 0) report(noRecordings(folder, all, split));
  else for (const label of lacking) report(lacksClass(folder, all, split, label));
  return own;
};

const lightsOf = (gestures: readonly LitGesture[]): string =>
  [...new Set(gestures.map(({ light }) => light))].sort().join(", ");

const EXPECTED: Readonly<Record<Split, string>> = {
  train: `recordings in another light than ${TEST_LIGHT}, to train on`,
  test: `recordings in the light ${TEST_LIGHT}, to test with`,
};

const noRecordings = (folder: string, all: readonly LitGesture[], split: Split): DataError =>
  new DataError(
    { file: folder },
    {
      given: `recordings in the light ${lightsOf(all)}`,
      expected: EXPECTED[split],
      remedy: "Add some of every class: the last part of a recording's name is its light.",
    },
  );

const lacksClass = (folder: string, all: readonly LitGesture[], split: Split, label: number): DataError =>
  new DataError(
    { file: folder },
    {
      given: `${classInName(label)} in the light ${lightsOf(all.filter((gesture) => gesture.label === label))} only`,
      expected: `${EXPECTED[split]}, of every class`,
      remedy: "Add one of this class, or move its recordings away.",
    },
  );

/** Names what the recordings are: too few, and of too few people, to judge claims by. */
export const noteOnLights = (gestures: readonly LitGesture[]): SplitNote => {
  const users = new Set(gestures.map(({ user }) => user)).size;
  const classes = new Set(gestures.map(({ label }) => label)).size;
  const lights = lightsOf(gestures.filter((gesture) => splitOf(gesture) === "train"));
  return {
    words:
      `${counted(users, "user")}, ${classes} of ${dvsGestureEntry.classes} classes, ` +
      `${counted(gestures.length, "recording")}; trained on the light ${lights}; tested on ${TEST_LIGHT}`,
    isDemonstration: true,
  };
};
