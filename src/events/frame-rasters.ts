/** Frames of events as coloured pixels. */

import type { Raster } from "../drawing/svg.ts";
import type { Frames } from "./transforms/painting.ts";
import type { Representation } from "./transforms/representation.ts";

/** Colours that colour-blind readers can distinguish. */
export const COLOUR = { on: "#d9622b", off: "#2f6f9f", both: "#444c56" };

type Rgb = readonly number[];

const rgb = (colour: string): Rgb => [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));

/** The colours of positive values and of negative ones in each channel. */
const channelColours = (representation: Representation): { above: string; below: string }[] => {
  if (representation.type === "toVoxelGrid") return [{ above: COLOUR.on, below: COLOUR.off }];
  const polarity = representation.type === "toTimesurface" ? "both" : representation.polarity;
  if (polarity === "both") return [COLOUR.off, COLOUR.on].map((above) => ({ above, below: above }));
  const above = polarity === "merged" ? COLOUR.both : COLOUR[polarity];
  return [{ above, below: above }];
};

/** Fraction of the pixels with events that is left out: hot pixels may have a hundred times the events of others. */
const OUTLIERS = 0.005;

/** High quantile of the absolute values, without outliers; 1 where all are 0. */
export const highOf = ({ data }: Frames): number => {
  const sizes = Float32Array.from(data as Float32Array, Math.abs)
    .filter((size) => size > 0)
    .sort();
  return sizes[Math.floor((sizes.length - 1) * (1 - OUTLIERS))] ?? 1;
};

/**
 * Frame number `index`: white where there were no events, and the nearer to its channel's colour the larger a value is,
 * sqrt(|value| / high) of the way, at most all of it, so that single events are seen beside many. Channels are laid
 * over each other like inks.
 */
export const frameRaster = (
  { data, shape: [, channels, height, width] }: Frames,
  representation: Representation,
  index: number,
  high: number,
): Raster => {
  const area = height * width;
  const pixels = new Uint8Array(3 * area).fill(255);
  for (const [channel, { above, below }] of channelColours(representation).entries()) {
    const inks = [rgb(below), rgb(above)] as const;
    const start = (index * channels + channel) * area;
    for (let k = 0; k < area; k++) {
      const value = data[start + k]!;
      if (value === 0) continue;
      const ink = inks[value > 0 ? 1 : 0];
      const strength = Math.min(1, Math.sqrt(Math.abs(value) / high));
      for (let c = 0; c < 3; c++)
        pixels[3 * k + c] = Math.round(pixels[3 * k + c]! * (1 - strength * (1 - ink[c]! / 255)));
    }
  }
  return { width, height, data: pixels };
};
