/** Event rate of a recording over time. */

import type { Events } from "./events.ts";
import { extentOf } from "./transforms/extent.ts";
import { sliceEvents } from "./transforms/slicers.ts";

export interface EventRate {
  /** Time of the first event, microseconds. */
  readonly startUs: number;
  /** Length of the recording, and with it of all bins together, microseconds. */
  readonly durationUs: number;
  /** Events of each bin, by polarity. */
  readonly on: Uint32Array;
  readonly off: Uint32Array;
}

/** The events of `bins` equal times from the first event to the last. Throws ConfigError for more than 2^24 bins. */
export const eventRate = (events: Events, bins: number): EventRate => {
  const { startUs, endUs } = extentOf(events);
  const slices = sliceEvents(events, { timeBins: bins, overlap: 0, includeIncomplete: false });
  const on = Uint32Array.from(slices, ({ polarity }) => countOn(polarity));
  const off = on.map((lit, bin) => slices[bin]!.polarity.length - lit);
  return { startUs, durationUs: endUs - startUs, on, off };
};

const countOn = (polarity: Uint8Array): number => {
  let on = 0;
  for (let k = 0; k < polarity.length; k++) on += polarity[k]!;
  return on;
};
