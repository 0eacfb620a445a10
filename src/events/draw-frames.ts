/** Draws the frames of a recording side by side, with their times. */

import { INK, picture, text } from "../drawing/svg.ts";
import { grouped } from "../grouped.ts";
import { type Area, timeUnit } from "./draw-rate.ts";
import type { Recording } from "./events.ts";
import { frameRaster, highOf } from "./frame-rasters.ts";
import type { Extent } from "./transforms/extent.ts";
import { type Representation, represent } from "./transforms/representation.ts";
import { windowsOf } from "./transforms/windows.ts";

/** Frames in a row: of small sensors, and of larger ones, whose pixels would be too small. */
const COLUMNS = { small: 10, large: 5 };
const LARGE = 90;
const WIDEST = 200;
const GAP = 6;
const LABEL = 24;
/** Most frames that are drawn; of more, evenly spaced ones are. */
const MOST_FRAMES = 40;

/** Rows of frames of an extent, from the left and top given, within the width given; and how high they are. */
export const frameParts = (
  recording: Recording,
  representation: Representation,
  extent: Extent,
  { left, top, width }: Omit<Area, "height">,
): { parts: string[]; height: number } => {
  const frames = represent(recording, representation, extent);
  const [count, , frameHeight, frameWidth] = frames.shape;
  const shown = Math.min(count, MOST_FRAMES);
  const columns = Math.max(1, Math.min(shown, frameWidth > LARGE ? COLUMNS.large : COLUMNS.small));
  const pitch = Math.min(WIDEST, width / columns);
  const side = pitch - GAP;
  const rowHeight = (side * frameHeight) / frameWidth + LABEL;
  const largest = highOf(frames);
  const label = frameLabels(recording, representation, extent, count);
  const height = Math.ceil(shown / columns) * rowHeight;
  const cell = (frame: number, k: number): string[] => {
    const x = left + (k % columns) * pitch + GAP / 2;
    const y = top + Math.floor(k / columns) * rowHeight;
    const style = { anchor: "middle", size: 10, fill: INK.faint } as const;
    return [
      picture(x, y, side, frameRaster(frames, representation, frame, largest)),
      text(x + side / 2, y + rowHeight - LABEL + 14, label(frame), style),
    ];
  };
  const parts = Array.from({ length: shown }, (_, k) => cell(Math.floor((k * count) / shown), k)).flat();
  if (shown === count) return { parts, height };
  const note = `${shown} of ${grouped(count)} frames`;
  const style = { anchor: "end", fill: INK.faint } as const;
  return { parts: [...parts, text(left + width, top + height + 10, note, style)], height: height + 14 };
};

/** Label below frame k: its window in time since the start of the extent, or else its number. */
const frameLabels = (
  { events }: Recording,
  representation: Representation,
  extent: Extent,
  count: number,
): ((frame: number) => string) => {
  if (representation.type !== "toFrame" || events.t.length === 0) return String;
  const windows = windowsOf(representation, extent);
  const durationUs = extent.endUs - extent.startUs;
  const meanUs = durationUs / count;
  const { name, us } = timeUnit(Math.min(durationUs, 10 * meanUs));
  const timeOf = (position: number): string => {
    const sinceFirst =
      windows.unit === "time" ? position : events.t[Math.min(position, extent.events - 1)]! - extent.startUs;
    return (sinceFirst / us).toFixed(meanUs >= 10 * us || us === 1 ? 0 : 1);
  };
  return (frame) => `${timeOf(windows.start(frame))}\u2013${timeOf(windows.end(frame))} ${name}`;
};
