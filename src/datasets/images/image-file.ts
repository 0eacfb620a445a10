/** A picture of a digit, from a PNG file. Node only. */

import { type DecodedPng, decode } from "fast-png";
import { DataError } from "../../errors.ts";
import { readWhole } from "../../storage.ts";
import { damaged, pixelChunks } from "./png.ts";

/** Far more than any picture of a digit has, comments and colour profiles included. */
const largest = 1 << 22;

/**
 * Pixels of the PNG at `path`, 0 to 255, [height, width] in row-major order, for a network whose input is
 * `shape` = [1, height, width]. As in MNIST, ink is white (255) and the ground black (0); nothing is inverted, resized
 * or centred. Any depth; colours become their luma, transparent parts show the black ground.
 *
 * Throws StorageError if the file cannot be read; DataError if it is no PNG, damaged, interlaced, or not exactly
 * width x height, which is found before anything of that size is allocated.
 */
export async function readDigit(path: string, shape: readonly [number, number, number]): Promise<Uint8Array> {
  const [channels, height, width] = shape;
  if (channels !== 1) {
    throw new DataError(`reading the image ${path}`, {
      given: `a network whose input has ${channels} channels`,
      expected: "one channel",
      remedy: "Choose a run on grey images.",
    });
  }
  const png = decodePng(pixelChunks(await readWhole(path, largest), path, { width, height }), path);
  return Uint8Array.from({ length: height * width }, (_, i) => greyAt(png, i, path));
}

function decodePng(file: Uint8Array, path: string): DecodedPng {
  try {
    return decode(file, { checkCrc: true });
  } catch (cause) {
    throw damaged(path, `a damaged PNG (${(cause as Error).message})`, undefined, cause);
  }
}

/** Pixel i, 0 to 255: luma x alpha, which is the colour over a black ground. */
function greyAt(png: DecodedPng, i: number, path: string): number {
  const { colour, alpha, most } = pixelAt(png, i, path);
  return Math.round((255 * luma(colour) * alpha) / (most * most));
}

/** Luma of ITU-R BT.601, on the values as stored; grey is its own. */
const luma = ([red, green, blue]: readonly number[]): number =>
  green === undefined ? red! : 0.299 * red! + 0.587 * green + 0.114 * blue!;

/** One or three colour values and the alpha, each 0 to `most`. */
function pixelAt(
  png: DecodedPng,
  i: number,
  path: string,
): { colour: readonly number[]; alpha: number; most: number } {
  const { channels, depth, palette, transparency } = png;
  const values = valuesAt(png, i);
  if (palette) {
    const entry = palette[values[0]!];
    if (!entry) throw damaged(path, `palette entry ${values[0]} of ${palette.length}`);
    return { colour: entry.slice(0, 3), alpha: entry[3] ?? 255, most: 255 };
  }
  const most = 2 ** depth - 1;
  if (channels % 2 === 0) return { colour: values.slice(0, -1), alpha: values.at(-1)!, most };
  const isTransparent = transparency && values.every((value, channel) => value === transparency[channel]);
  return { colour: values, alpha: isTransparent ? 0 : most, most };
}

function valuesAt({ data, width, channels, depth }: DecodedPng, i: number): number[] {
  if (depth >= 8) return Array.from(data.subarray(i * channels, (i + 1) * channels));
  // One channel, packed from the most significant bit on, each row in whole bytes.
  const column = i % width;
  const bit = ((i - column) / width) * Math.ceil((width * depth) / 8) * 8 + column * depth;
  return [(data[bit >> 3]! >> (8 - depth - (bit & 7))) & (2 ** depth - 1)];
}
