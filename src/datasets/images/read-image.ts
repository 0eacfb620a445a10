/** A picture from a file, for a network. Node only. */

import { DataError } from "../../errors.ts";
import { readWhole } from "../../storage/files.ts";
import { decodeImage, largestImage } from "./decode-image.ts";
import { fitImage } from "./fit-image.ts";
import { type Channels, type Samples, writePlanes } from "./samples.ts";

export interface ReadImageOptions {
  /** Scale the picture to the network's input size, as `fitImage` does; otherwise another size is refused. */
  readonly resize?: boolean;
  /** Invert the brightness, for dark ink on a bright ground. */
  readonly invert?: boolean;
}

/**
 * Pixels of the PNG or JPEG at `path`, 0 to 255, [channels, height, width] in row-major order, for a network whose
 * input is `shape`. Ink is taken to be bright and the ground dark, as in MNIST, unless `invert` is set. For one
 * channel, colours become their luma; for three, grey becomes three equal ones. Any depth; transparent parts show a
 * black ground.
 *
 * Throws StorageError if the file cannot be read; DataError if it is neither format, damaged, or without `resize` not
 * exactly width x height, which is found before anything of that size is allocated.
 */
export const readImage = async (
  path: string,
  shape: readonly [number, number, number],
  { resize = false, invert = false }: ReadImageOptions = {},
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
  const file = await readWhole(path, largestImage);
  const decoded = resize ? decodeImage(file, path) : decodeImage(file, path, { width, height });
  const picture = invert ? inverted(decoded) : decoded;
  const planes = new Uint8Array(channels * picture.height * picture.width);
  writePlanes(picture, channels as Channels, planes);
  return fitImage(planes, [channels, picture.height, picture.width], shape);
};

/** The negative. What is transparent stays so, and shows the black ground that ink is inverted for. */
const inverted = (picture: Samples): Samples => {
  const { channels, most, data } = picture;
  const alpha = channels % 2 === 0 ? channels - 1 : -1;
  return { ...picture, data: data.map((value, k) => (k % channels === alpha ? value : most - value)) };
};
