/** A picture of one image of a data set. */

import { INK, picture, type Raster, svg, text } from "../drawing/svg.ts";

export interface ImageDrawing {
  /** 0 to 255, [channels, height, width]: one channel is grey, three are red, green and blue. */
  readonly pixels: Uint8Array;
  readonly shape: readonly [number, number, number];
  readonly title: string;
  /** A line below the title. */
  readonly caption?: string;
}

const SIZE = 336;
const MARGIN = 24;
const HEAD = 64;
const LARGEST_ROW = 4;
const TITLE = 17;

/** Upper estimate of the width of a text of that size. */
const widthOf = (words: string, size: number): number => 0.65 * size * words.length;

/** The image as SVG, its pixels as squares. Images of other than one or three channels are shown channel by channel. */
export const drawImage = ({ pixels, shape, title, caption = "" }: ImageDrawing): string => {
  const [, height, width] = shape;
  const rasters = rastersOf(pixels, shape);
  const columns = Math.min(LARGEST_ROW, rasters.length);
  const cell = rasters.length === 1 ? SIZE : SIZE / 2;
  const cellHeight = (cell * height) / width;
  const gap = MARGIN / 2;
  const images = rasters.map((raster, k) =>
    picture(
      MARGIN + (k % columns) * (cell + gap),
      HEAD + Math.floor(k / columns) * (cellHeight + gap),
      cell,
      raster,
    ),
  );
  const rows = Math.ceil(rasters.length / columns);
  return svg(
    Math.ceil(Math.max(SIZE, columns * (cell + gap) - gap, widthOf(title, TITLE), widthOf(caption, 12))) +
      2 * MARGIN,
    Math.ceil(HEAD + rows * (cellHeight + gap) - gap + MARGIN),
    title,
    [
      text(MARGIN, 32, title, { size: TITLE, weight: 600 }),
      text(MARGIN, 51, caption, { fill: INK.faint }),
      ...images,
    ],
  );
};

/** One raster of an image with one or three channels; else one for each channel. Arguments as in `ImageDrawing`. */
export const rastersOf = (
  pixels: Uint8Array,
  [channels, height, width]: ImageDrawing["shape"],
): readonly Raster[] => {
  const area = height * width;
  if (channels === 3) return [{ width, height, data: interleaved(pixels, area) }];
  return Array.from({ length: channels }, (_, channel) => ({
    ...{ width, height },
    data: pixels.slice(channel * area, (channel + 1) * area),
  }));
};

/** [3, pixels] as [pixels, 3]. */
const interleaved = (planes: Uint8Array, area: number): Uint8Array => {
  const data = new Uint8Array(3 * area);
  for (let k = 0; k < area; k++) for (let c = 0; c < 3; c++) data[3 * k + c] = planes[c * area + k]!;
  return data;
};
