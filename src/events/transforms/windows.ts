/**
 * Windows over a recording, for framings and slicers: by a length of time, by a number of events, or
 * a fixed number of either. With a recording's length L, in microseconds or events,
 *
 *   timeWindow, eventCount w:  window i = [i (w - overlap), i (w - overlap) + w)
 *   timeBins, eventBins n:     window i = [ceil(i L / n), min(L, ceil((i + 1 + overlap) L / n)))
 *
 * counted from the first event. Bins without overlap partition the recording. Differences from Tonic:
 * its bins are L / n rounded down, so that the last events are in none, and with overlap it moves the bins closer
 * together, so that they end before the recording; its windows of time end at the last event, which is in none of
 * them where the windows fit exactly.
 */

import * as z from "zod";
import { ConfigError } from "../../errors.ts";
import type { Extent } from "./extent.ts";

/** Most windows of a recording. A time far off, as in damaged files, would otherwise make frames without end. */
const MOST_WINDOWS = 2 ** 24;

const whole = z.int().min(1);
const bins = z.int().min(1).max(MOST_WINDOWS);

/** Settings of windows; `consistentlySliced` checks their combination. */
export const slicingFields = {
  timeWindow: whole.optional().describe("length of a window in microseconds"),
  eventCount: whole.optional().describe("number of events of a window"),
  timeBins: bins.optional().describe("number of windows, of equal times"),
  eventBins: bins.optional().describe("number of windows, of equally many events"),
  overlap: z
    .number()
    .min(0)
    .default(0)
    .describe(
      "of windows: microseconds or events shared with the next; of bins: fraction by which each is longer",
    ),
  includeIncomplete: z
    .boolean()
    .default(false)
    .describe("whether the windows that the recording ends in are kept; bins are always complete"),
};

const fields = z.strictObject(slicingFields);
type Fields = z.infer<typeof fields>;

/** The schema with the checks of combined settings: one way of slicing, and only its own options. */
export const consistentlySliced = <Schema extends z.ZodType<Fields>>(schema: Schema): Schema =>
  schema.superRefine((slicing, context) => {
    const found = contradictionIn(slicing);
    if (found) context.addIssue({ code: "custom", ...found });
  });

const contradictionIn = (slicing: Fields): { path: string[]; message: string } | undefined => {
  const { timeWindow, eventCount, timeBins, eventBins, overlap, includeIncomplete } = slicing;
  const ways = Object.entries({ timeWindow, eventCount, timeBins, eventBins })
    .filter(([, value]) => value !== undefined)
    .map(([name]) => name);
  if (ways.length !== 1) {
    const given = ways.join(" and ") || "none";
    return {
      path: [],
      message: `${given} of timeWindow, eventCount, timeBins and eventBins, where it takes exactly one`,
    };
  }
  const window = timeWindow ?? eventCount;
  if (window !== undefined && !(Number.isInteger(overlap) && overlap < window))
    return {
      path: ["overlap"],
      message: `${overlap} of windows of ${window}, where it is a smaller whole number`,
    };
  if (window === undefined && overlap >= 1)
    return { path: ["overlap"], message: `${overlap} of bins, where it is less than 1` };
  if (window === undefined && includeIncomplete)
    return { path: ["includeIncomplete"], message: "true with bins, which are always complete" };
  return undefined;
};

export const slicingSchema = consistentlySliced(fields);

export type Slicing = z.infer<typeof slicingSchema>;

export interface Windows {
  /** Unit of positions: microseconds since the start of the recording, or number of events before. */
  readonly unit: "time" | "events";
  /** The first position of a window, and the first behind it; neither decreases from window to window. */
  readonly start: (window: number) => number;
  readonly end: (window: number) => number;
  /** Largest number of windows that hold one position. */
  readonly together: number;
  /** Number of windows of a recording of `length` positions. Throws ConfigError above 2^24. */
  readonly count: (length: number) => number;
}

/** Length of a recording in a unit. */
export const lengthIn = (unit: Windows["unit"], { startUs, endUs, events }: Extent): number =>
  unit === "time" ? endUs - startUs : events;

/** Whether windows need the extent of the recording. */
export const hasBins = ({ timeBins, eventBins }: Slicing): boolean =>
  timeBins !== undefined || eventBins !== undefined;

/** Throws ConfigError for bins without an extent. */
export const windowsOf = (slicing: Slicing, extent: Extent | undefined): Windows => {
  const { timeWindow, eventCount, timeBins, overlap, includeIncomplete } = slicing;
  const unit = (timeWindow ?? timeBins) === undefined ? "events" : "time";
  const window = timeWindow ?? eventCount;
  if (window !== undefined) return equalWindows(unit, window, window - overlap, includeIncomplete);
  if (extent) return equalBins(unit, lengthIn(unit, extent), (timeBins ?? slicing.eventBins)!, overlap);
  throw new ConfigError(`dividing a recording into equal bins`, {
    given: "a stream, whose length is not known",
    expected: "the recording's extent",
    remedy: "Read the stream to its end once for its extent, or choose a window of time or events.",
  });
};

const equalWindows = (
  unit: Windows["unit"],
  window: number,
  stride: number,
  includeIncomplete: boolean,
): Windows => ({
  unit,
  start: (i) => i * stride,
  end: (i) => i * stride + window,
  together: Math.ceil(window / stride),
  count: (length) => {
    if (length === 0) return 0;
    const rounded = includeIncomplete ? Math.ceil : Math.floor;
    // As in Tonic a recording shorter than one window still makes one.
    return requireFew(unit, Math.max(1, rounded((length - window) / stride) + 1), length);
  },
});

const equalBins = (unit: Windows["unit"], length: number, count: number, overlap: number): Windows => {
  const edge = (bin: number): number => Math.min(length, Math.ceil((bin * length) / count));
  return {
    unit,
    start: edge,
    end: (bin) => edge(bin + 1 + overlap),
    together: overlap > 0 ? 2 : 1,
    count: () => count,
  };
};

const requireFew = (unit: Windows["unit"], count: number, length: number): number => {
  if (count <= MOST_WINDOWS) return count;
  throw new ConfigError("dividing a recording into windows", {
    given: `a recording of ${length} ${unit === "time" ? "microseconds" : "events"}, which makes ${count} windows`,
    expected: `at most ${MOST_WINDOWS}`,
    remedy: "Choose longer windows, or crop the recording in time if a time of it is wrong.",
  });
};
