/** Frames of N-MNIST, and how well two recordings' agree. */
import type { Recording } from "../src/events/events.ts";
import { nmnistFraming } from "../src/events/presets.ts";
import { represent } from "../src/events/transforms/representation.ts";

/** Ten binary frames of ON events, [10, 34, 34]. */
export const framesOf = (recording: Recording): Uint8Array =>
  represent(recording, nmnistFraming.representation).data as Uint8Array;

/** Agreement of two binary images: intersection over union of their lit pixels; 1 where both have none. */
export const overlap = (a: Uint8Array, b: Uint8Array): number => {
  let both = 0;
  let either = 0;
  for (let k = 0; k < a.length; k++) {
    both += a[k]! & b[k]!;
    either += a[k]! | b[k]!;
  }
  return either === 0 ? 1 : both / either;
};
