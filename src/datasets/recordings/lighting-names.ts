/**
 * Names of recordings that hold one gesture each, classNN_userNN_LIGHT.npy, such as class02_user07_fluorescent_led.npy: the
 * class from 1 to 11 as DVS Gesture numbers them, the user, and the light that the gesture was recorded in.
 */

import { join } from "node:path";
import { DataError } from "../../errors.ts";
import { dvsGestureEntry } from "../fetching/entries/events.ts";

/** A recording of one gesture. */
export interface LitGesture {
  /** Name of its file. */
  readonly name: string;
  /** 0 to 10: the name's class less 1. */
  readonly label: number;
  readonly user: string;
  readonly light: string;
}

const GESTURE = /^class(\d{1,3})_user(\d{1,3})_([a-z]+(?:_[a-z]+)*)\.npy$/;

/** Whether a file of that name is meant to be such a recording. */
export const isLitGesture = (name: string): boolean => /^class\d+_\w+\.npy$/.test(name);

/** The recording of that name in `folder`. Throws DataError if the name does not say class, user and light. */
export const parseLitGesture = (folder: string, name: string): LitGesture => {
  const [, gesture, user = "", light = ""] = GESTURE.exec(name) ?? [];
  const label = Number(gesture) - 1;
  if (gesture !== undefined && label >= 0 && label < dvsGestureEntry.classes)
    return { name, label, user, light };
  throw new DataError(
    { file: join(folder, name) },
    {
      given:
        gesture === undefined ? "a name that does not say class, user and light" : `the class ${gesture}`,
      expected: `classNN_userNN_LIGHT.npy with a class from 01 to ${dvsGestureEntry.classes}, such as class02_user07_led.npy`,
      remedy: "Rename the recording, or move it away.",
    },
  );
};

/** The class of a label, as names have it. */
export const classInName = (label: number): string => `class${String(label + 1).padStart(2, "0")}`;
