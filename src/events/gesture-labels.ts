/**
 * The labels beside the recordings of DVS Gesture (Amir et al., "A low power, fully event-based gesture recognition
 * system", CVPR 2017), userNN_LIGHT_labels.csv: below the header class,startTime_usec,endTime_usec a line a gesture,
 * with its class from 1 to 11 and times in the recording's microseconds.
 */

import { rowsBelow } from "../files/text-lines.ts";

const GESTURE_CLASSES = 11;
/**
 * Most gestures of a recording; published ones have 12. Each makes 18 images: a file of lines alone would make
 * terabytes.
 */
const MOST_GESTURES = 1000;

/** A gesture in a recording: startUs <= t < endUs. */
export interface GestureLabel {
  /** 0 to 10: the file's class less 1. */
  readonly label: number;
  readonly startUs: number;
  readonly endUs: number;
}

/**
 * The gestures of a label file, in its order; they may overlap, as two do in the published user22_led_labels.csv.
 * `file` names it in errors. Throws DataError, with line and byte, for another header, a line without three whole
 * numbers, a class not from 1 to 11, an end that is not after its start, and more than a thousand gestures.
 */
export const readGestureLabels = (bytes: Uint8Array, file: string): GestureLabel[] =>
  Array.from(rowsBelow(HEADER, bytes, file), ({ cells, fail }, k) => {
    if (k === MOST_GESTURES) return fail("one gesture more", `at most ${MOST_GESTURES}`);
    const numbers = cells.map(wholeNumber);
    const [gesture, startUs, endUs] = numbers;
    if (gesture === undefined || startUs === undefined || endUs === undefined)
      return fail(cells.join(","), "three whole numbers: class, start and end in microseconds");
    if (gesture < 1 || gesture > GESTURE_CLASSES)
      return fail(`class ${gesture}`, `a class from 1 to ${GESTURE_CLASSES}`);
    if (endUs <= startUs) return fail(`a gesture from ${startUs} to ${endUs}`, "an end after the start");
    return { label: gesture - 1, startUs, endUs };
  });

const HEADER = "class,startTime_usec,endTime_usec";

/** undefined unless `text` is a whole number, written in at most 15 digits: those are exact. */
const wholeNumber = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
