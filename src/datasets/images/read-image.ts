/** A picture from a file, for a network. Node only. */

import { DataError } from "../../errors.ts";
import { readWhole } from "../../storage/files.ts";
import { decodeImage, largestImage } from "./decode-image.ts";
import { type Channels, writePlanes } from "./samples.ts";

/**
 * Pixels of the PNG or JPEG at `path`, 0 to 255, [channels, height, width] in row-major order, for a network whose
 * input is `shape`. Nothing is inverted, resized or centred: as in MNIST, ink is white (255) and the ground black (0).
 * For one channel, colours become their luma; for three, grey becomes three equal ones. Any depth; transparent parts
 * show a black ground.
 *
 * Throws StorageError if the file cannot be read; DataError if it is neither format, damaged, an interlaced PNG, or not
 * exactly width x height, which is found before anything of that size is allocated.
 */
export const readImage = async (
  path: string,
  shape: readonly [number, number, number],
): Promise<Uint8Array> => {
  const [channels, height, width] = shape;
  if (channels !== 1 && channels !== 3) {
    throw new DataError(
      { file: path },
      {
        given: `a network whose input has ${channels} channels`,
        expected: "one channel, or three",
        remedy: "Choose a run on grey or colour images, or give frames as .npz.",
      },
    );
  }
  const picture = decodeImage(await readWhole(path, largestImage), path, { width, height });
  const planes = new Uint8Array(channels * height * width);
  writePlanes(picture, channels as Channels, planes);
  return planes;
};
