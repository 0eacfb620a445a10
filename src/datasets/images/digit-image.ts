/**
 * Drawings of digits as MNIST has them (LeCun, Cortes & Burges, "The MNIST database"): scaled, with their proportions,
 * into a box of 20 x 20 pixels, and placed in a field of 28 x 28 so that the centre of mass is its centre.
 */
import { DataError } from "../../errors.ts";
import { scalePlane, sizeWithin } from "./fit-image.ts";

/** Side of MNIST's images, and of the box that a digit fits into. */
const [SIDE, BOX] = [28, 20];

/**
 * A drawing as an image of MNIST, [28, 28], 0 to 255. pixels: ink from 0 (none) to 255, row by row. A drawing without ink
 * is an image without ink. Throws DataError unless the pixels are `height` x `width`.
 */
export const digitImage = (pixels: Uint8Array, height: number, width: number): Uint8Array => {
  if (pixels.length !== height * width)
    throw new DataError("a drawing of a digit", {
      given: `${pixels.length} pixels`,
      expected: `${height} x ${width}`,
      remedy: "Give every pixel once, row by row.",
    });
  const box = boundsOf(pixels, width);
  const image = new Uint8Array(SIDE * SIDE);
  if (!box) return image;
  const own = sizeWithin(box.height, box.width, BOX, BOX);
  const small = scalePlane(cropped(pixels, width, box), box.width, own.height, own.width);
  const centre = centreOfMass(small, own.width);
  // The centre of the field lies between its pixels 13 and 14.
  const placeOf = (at: number, size: number): number =>
    Math.min(SIDE - size, Math.max(0, Math.round((SIDE - 1) / 2 - at)));
  const [top, left] = [placeOf(centre.row, own.height), placeOf(centre.column, own.width)];
  for (const [k, ink] of small.entries())
    image[(top + Math.floor(k / own.width)) * SIDE + left + (k % own.width)] = Math.round(ink);
  return image;
};

interface Bounds {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/** The smallest box that holds all ink. */
const boundsOf = (pixels: Uint8Array, width: number): Bounds | undefined => {
  let [top, bottom, left, right] = [Number.POSITIVE_INFINITY, -1, width, -1];
  for (let at = 0; at < pixels.length; at++) {
    if (pixels[at] === 0) continue;
    const [row, column] = [Math.floor(at / width), at % width];
    top = Math.min(top, row);
    bottom = row;
    left = Math.min(left, column);
    right = Math.max(right, column);
  }
  return bottom < 0 ? undefined : { top, left, height: bottom - top + 1, width: right - left + 1 };
};

const cropped = (pixels: Uint8Array, width: number, box: Bounds): Uint8Array => {
  const out = new Uint8Array(box.height * box.width);
  for (let row = 0; row < box.height; row++) {
    const from = (box.top + row) * width + box.left;
    out.set(pixels.subarray(from, from + box.width), row * box.width);
  }
  return out;
};

const centreOfMass = (
  ink: Float32Array,
  width: number,
): { readonly row: number; readonly column: number } => {
  let [mass, down, right] = [0, 0, 0];
  for (const [k, value] of ink.entries()) {
    mass += value;
    down += value * Math.floor(k / width);
    right += value * (k % width);
  }
  return { row: down / mass, column: right / mass };
};
