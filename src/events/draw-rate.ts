/** The plot of a recording's events over time: ON upwards, OFF downwards. */

import { INK, line, rounded, text } from "../drawing/svg.ts";
import { tickLabels, ticks } from "../drawing/ticks.ts";
import type { EventRate } from "./event-rate.ts";
import { COLOUR } from "./frame-rasters.ts";

/** Area of the plot, in pixels. */
export interface Area {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The unit for times of that length. */
export const timeUnit = (durationUs: number): { name: string; us: number } =>
  durationUs >= 2e6
    ? { name: "s", us: 1e6 }
    : durationUs >= 5e3
      ? { name: "ms", us: 1e3 }
      : { name: "\u00b5s", us: 1 };

/** Axes, areas and labels, or a note where there are no events; time 0 is the first event. */
export const rateParts = ({ durationUs, on, off }: EventRate, area: Area): string[] => {
  const { left, top, width, height } = area;
  if (durationUs === 0) return [text(left, top - 10, "no events", { fill: INK.faint })];
  const perSecond = (on.length / durationUs) * 1e6;
  const [mostOn, mostOff] = [on, off].map((counts) => Math.max(1, ...counts) * perSecond) as [number, number];
  const unit = mostOn + mostOff >= 2e6 ? { name: "million", of: 1e6 } : { name: "thousand", of: 1e3 };
  const scale = height / (mostOn + mostOff);
  const zero = top + mostOn * scale;
  const x = (bin: number): number => left + (bin / on.length) * width;
  const outline = (counts: Uint32Array, direction: number): string => {
    const steps = Array.from(counts, (count, bin) => {
      const y = rounded(zero + direction * count * perSecond * scale);
      return `L${rounded(x(bin))} ${y}L${rounded(x(bin + 1))} ${y}`;
    });
    return `M${rounded(left)} ${rounded(zero)}${steps.join("")}L${rounded(left + width)} ${rounded(zero)}Z`;
  };
  const heights = ticks(-mostOff / unit.of, mostOn / unit.of, 4);
  const labels = tickLabels(heights).map((label) => label.replace("-", ""));
  const time = timeUnit(durationUs);
  const moments = ticks(0, durationUs / time.us, 6);
  const xOf = (moment: number): number => left + ((moment * time.us) / durationUs) * width;
  return [
    ...heights.flatMap((tick, k) => {
      const y = zero - tick * unit.of * scale;
      return [
        line(left, y, left + width, y),
        text(left - 8, y + 4, labels[k]!, { anchor: "end", fill: INK.faint }),
      ];
    }),
    `<path d="${outline(on, -1)}" fill="${COLOUR.on}"/>`,
    `<path d="${outline(off, 1)}" fill="${COLOUR.off}"/>`,
    line(left, zero, left + width, zero, INK.text),
    ...tickLabels(moments).flatMap((label, k) => [
      line(xOf(moments[k]!), top + height, xOf(moments[k]!), top + height + 5, INK.faint),
      text(xOf(moments[k]!), top + height + 20, label, { anchor: "middle", fill: INK.faint }),
    ]),
    text(left, top - 10, `Event rate, ${unit.name} events/s`, { weight: 600 }),
    text(left + width, top + height + 38, `time since the first event, ${time.name}`, {
      anchor: "end",
      fill: INK.faint,
    }),
  ];
};
