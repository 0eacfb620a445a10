/** The orientation that cameras store in EXIF data (CIPA DC-008, 4.6.4, tag 0x0112). */

import type { Orientation } from "./orientation.ts";

const tag = 0x0112;
const short = 3;
const entryBytes = 12;

/** The orientation in the EXIF data `tiff`, which start with a TIFF header; 1, upright, where they hold none. */
export const orientationOf = (tiff: Uint8Array): Orientation => {
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.length);
  try {
    const order = view.getUint16(0);
    const isLittle = order === 0x4949;
    if ((!isLittle && order !== 0x4d4d) || view.getUint16(2, isLittle) !== 42) return 1;
    const directory = view.getUint32(4, isLittle);
    const count = view.getUint16(directory, isLittle);
    for (let at = directory + 2, k = 0; k < count; k++, at += entryBytes) {
      if (view.getUint16(at, isLittle) !== tag) continue;
      const value = view.getUint16(at + 8, isLittle);
      const isValid = view.getUint16(at + 2, isLittle) === short && value >= 1 && value <= 8;
      return isValid ? (value as Orientation) : 1;
    }
    return 1;
  } catch (error) {
    // The data point outside themselves: as if they were not there.
    if (error instanceof RangeError) return 1;
    throw error;
  }
};
