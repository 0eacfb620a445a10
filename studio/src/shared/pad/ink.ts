/** The ink of a drawing on a fine grid, and the picture that the network gets of it. */
import { blurred, digitImage, type Images, rotated } from "neural-sampling/web";
import { type Drawing, distanceFrom, PLACES, type Point, type Stroke } from "./drawing.ts";

/** Side of the picture, and of the grid: four of its points along a pixel. */
export const SIDE = 28;
const FINE = 4;
const GRID = SIDE * FINE;
const PLACE = GRID / PLACES;

/** Radii of pen and eraser, in places. */
export const radiusOf = ({ erases }: Pick<Stroke, "erases">): number => (erases ? 20 : 11);

/** What is drawn: strokes, on a digit of 28 x 28 pixels if there is one. */
export interface Sheet {
  readonly digit?: Uint8Array | undefined;
  readonly drawing: Drawing;
}

/** The ink, [112, 112], 0 to 255. */
const inkOf = ({ digit, drawing }: Sheet): Uint8Array => {
  const grid = new Uint8Array(GRID * GRID);
  if (digit)
    for (let at = 0; at < grid.length; at++)
      grid[at] = digit[Math.floor(at / GRID / FINE) * SIDE + Math.floor((at % GRID) / FINE)]!;
  for (const stroke of drawing)
    for (const [k, from] of stroke.points.entries())
      markSegment(grid, from, stroke.points[k + 1] ?? from, radiusOf(stroke), stroke.erases ? 0 : 255);
  return grid;
};

/** Sets the points of the grid within `radius` places of a segment. */
const markSegment = (grid: Uint8Array, from: Point, to: Point, radius: number, ink: number): void => {
  const [left, right] = rangeOf(from[0], to[0], radius);
  const [top, bottom] = rangeOf(from[1], to[1], radius);
  for (let row = top; row <= bottom; row++)
    for (let column = left; column <= right; column++) {
      const place: Point = [(column + 0.5) / PLACE, (row + 0.5) / PLACE];
      if (distanceFrom(place, from, to) <= radius) grid[row * GRID + column] = ink;
    }
};

const rangeOf = (a: number, b: number, radius: number): readonly [number, number] => [
  Math.max(0, Math.floor((Math.min(a, b) - radius) * PLACE)),
  Math.min(GRID - 1, Math.ceil((Math.max(a, b) + radius) * PLACE)),
];

/** Means of the grid over each pixel. */
const asPixels = (grid: Uint8Array): Uint8Array =>
  Uint8Array.from({ length: SIDE * SIDE }, (_, k) => {
    const [top, left] = [Math.floor(k / SIDE) * FINE, (k % SIDE) * FINE];
    let sum = 0;
    for (let at = 0; at < FINE * FINE; at++)
      sum += grid[(top + Math.floor(at / FINE)) * GRID + left + (at % FINE)]!;
    return Math.round(sum / (FINE * FINE));
  });

export interface Perturbation {
  /** Degrees, counterclockwise. */
  readonly rotation: number;
  /** Standard deviation of the blur in pixels. */
  readonly blur: number;
}

/**
 * The picture of 28 x 28 pixels: a drawing is scaled and centred as MNIST's digits were, a digit of MNIST, also with strokes
 * on it, is one already; then rotated and blurred. undefined without ink.
 */
export const pictureOf = (sheet: Sheet, { rotation, blur }: Perturbation): Uint8Array | undefined => {
  const grid = inkOf(sheet);
  if (grid.every((ink) => ink === 0)) return undefined;
  const pixels = sheet.digit ? asPixels(grid) : digitImage(grid, GRID, GRID);
  let images: Images = { name: "drawing", images: pixels, count: 1, shape: [1, SIDE, SIDE] };
  if (rotation !== 0) images = rotated(images, rotation);
  if (blur > 0) images = blurred(images, blur);
  return images.images;
};
