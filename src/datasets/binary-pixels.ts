/** Arrays of 0 and 1 are binary frames, whose pixels become 0 and 255 as those of pictures. */

import { nextTurn } from "../threads/turn.ts";

/** Pixels looked at in one turn: a few milliseconds of work. */
const SLICE = 2 ** 22;

/** The largest value; a loop, for there may be hundreds of millions. */
export const largest = (values: Uint8Array | Uint16Array): number => {
  let most = 0;
  for (let k = 0; k < values.length; k++) if (values[k]! > most) most = values[k]!;
  return most;
};

/** Makes 255 of 1, in place. */
export const light = (pixels: Uint8Array): void => {
  for (let k = 0; k < pixels.length; k++) pixels[k]! *= 255;
};

/** Whether every pixel is 0 or 255, as those of binary frames are; in slices, between which the event loop serves others. */
export const areBlackOrWhite = async (pixels: Uint8Array): Promise<boolean> => {
  for (let start = 0; start < pixels.length; start += SLICE) {
    if (start > 0) await nextTurn();
    if (!pixels.subarray(start, start + SLICE).every((pixel) => pixel === 0 || pixel === 255)) return false;
  }
  return true;
};
