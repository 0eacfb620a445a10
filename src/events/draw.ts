/** A picture of a recording: its frames side by side, and below them its event rate. */

import { INK, rectangle, svg, text } from "../drawing/svg.ts";
import { grouped } from "../grouped.ts";
import { frameParts } from "./draw-frames.ts";
import { rateParts, timeUnit } from "./draw-rate.ts";
import { type EventRate, eventRate } from "./event-rate.ts";
import type { Recording } from "./events.ts";
import { COLOUR } from "./frame-rasters.ts";
import { extentOf } from "./transforms/extent.ts";
import type { Framing } from "./transforms/representation.ts";
import { extentDuring, type Interval } from "./transforms/slicers.ts";
import { transformRecording } from "./transforms/transform.ts";

const WIDTH = 1040;
const LEFT = 72;
const INNER = WIDTH - LEFT - 32;
const HEAD = 86;
const RATE = { bins: 150, height: 170, above: 42, below: 56 };

/**
 * The recording as SVG: the frames that `framing` makes of it, at most 40 of them, and its event rate. Equal time bins
 * in one row stand above their times. Frames look at the whole recording, or at an interval of it. The same recording
 * makes the same text. Throws ConfigError for frames that memory does not hold.
 */
export const drawEvents = (
  recording: Recording,
  framing: Framing,
  title: string,
  interval?: Interval,
): string => {
  const rate = eventRate(recording.events, RATE.bins);
  const transformed = transformRecording(recording, framing.transforms);
  const place = { left: LEFT, top: HEAD, width: INNER };
  const extent = interval ? extentDuring(transformed.events, interval) : extentOf(transformed.events);
  const frames = frameParts(transformed, framing.representation, extent, place);
  const area = { left: LEFT, top: HEAD + frames.height + RATE.above, width: INNER, height: RATE.height };
  return svg(WIDTH, Math.ceil(area.top + area.height + RATE.below), title, [
    text(LEFT, 34, title, { size: 18, weight: 600 }),
    text(LEFT, 56, caption(rate, recording), { fill: INK.faint }),
    ...legend(LEFT + INNER - 120, 34),
    ...frames.parts,
    ...rateParts(rate, area),
  ]);
};

const legend = (x: number, y: number): string[] =>
  (["on", "off"] as const).flatMap((polarity, k) => [
    rectangle(x + 66 * k, y - 10, 11, 11, `rx="2" fill="${COLOUR[polarity]}"`),
    text(x + 66 * k + 17, y, polarity.toUpperCase()),
  ]);

const total = (counts: Uint32Array): number => counts.reduce((sum, n) => sum + n, 0);

const caption = ({ on, off, durationUs }: EventRate, { sensor: { width, height } }: Recording): string => {
  const { name, us } = timeUnit(durationUs);
  const length = (durationUs / us).toFixed(us === 1 ? 0 : 1);
  return (
    `${grouped(total(on) + total(off))} events (${grouped(total(on))} ON, ${grouped(total(off))} OFF) ` +
    `in ${length} ${name}, ${width} \u00d7 ${height} pixels`
  );
};
