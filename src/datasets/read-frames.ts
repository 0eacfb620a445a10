/** Examples from a NumPy archive, for a network. Node only. */

import { DataError } from "../errors.ts";
import type { NpyArray } from "../files/arrays/npy.ts";
import { openNpz } from "../files/arrays/npz.ts";
import { arraysIn } from "../files/arrays/npz-arrays.ts";
import { fileSource } from "../files/file-source.ts";
import { largest, light } from "./binary-pixels.ts";
import { transposeImages } from "./idx/transpose.ts";

type Shape = readonly [channels: number, height: number, width: number];

export interface ReadFramesOptions {
  /**
   * Whether the network was trained on pixels of 0 and 255 only (default true): `description.data.binary` of a run. If
   * false, an array `x` of 0 and 1 only stays as it is.
   */
  readonly binary?: boolean | undefined;
}

/**
 * The examples in the .npz file at `path` for a network whose input is `shape`, each of them 0 to 255, [channels,
 * height, width] in row-major order: those of its array `x`, uint8 of shape [n, height, width], [n, channels, height,
 * width] or [n, height, width, channels] as in train.npz; or the one recording of its array `frames`, [frames,
 * polarities, height, width] as `nsm data convert --to frames` writes it, of which each frame of each polarity is a
 * channel. An array of 0 and 1 only becomes 0 and 255, as in training, unless `binary` is false.
 *
 * Throws StorageError if the file cannot be read; DataError if it is damaged, or has neither array in that shape.
 */
export const readFrames = async (
  path: string,
  shape: Shape,
  { binary = true }: ReadFramesOptions = {},
): Promise<readonly Uint8Array[]> => {
  const npz = await openNpz(await fileSource(path));
  const name = (["frames", "x"] as const).find((each) => npz.names.includes(each));
  if (name === undefined)
    throw new DataError(
      { file: path },
      {
        given: arraysIn(npz.names),
        expected: "an array called frames or x",
        remedy: "Make it of a recording by `nsm data convert --to frames`.",
      },
    );
  const array = await npz.read(name);
  const count = name === "x" ? examplesIn(array, shape) : recordingsIn(array, shape);
  if (count === undefined)
    throw new DataError(
      { file: `${path}/${name}.npy` },
      { given: `${array.type} of shape (${array.shape.join(", ")})`, ...wanted[name](shape) },
    );
  const pixels = array.data as Uint8Array;
  if ((binary || name === "frames") && largest(pixels) <= 1) light(pixels);
  const size = pixels.length / count;
  return Array.from({ length: count }, (_, k) => pixels.subarray(k * size, (k + 1) * size));
};

const areBytes = ({ type }: NpyArray): boolean => type === "u1" || type === "b1";

/** Number of examples in `x`, which are turned to channels first where their colours are last. */
const examplesIn = (x: NpyArray, [channels, height, width]: Shape): number | undefined => {
  const [count = 0, ...rest] = x.shape;
  if (!areBytes(x) || count === 0) return undefined;
  const fits = [`${channels},${height},${width}`, ...(channels === 1 ? [`${height},${width}`] : [])];
  if (fits.includes(rest.join())) return count;
  if (rest.join() !== `${height},${width},${channels}`) return undefined;
  transposeImages(x.data as Uint8Array, height * width, channels);
  return count;
};

const recordingsIn = (frames: NpyArray, [channels, height, width]: Shape): number | undefined => {
  const [times = 0, polarities = 0, ...rest] = frames.shape;
  return areBytes(frames) && times * polarities === channels && rest.join() === `${height},${width}`
    ? 1
    : undefined;
};

const wanted = {
  x: ([channels, height, width]: Shape) => ({
    expected: `uint8 of shape (n, ${channels}, ${height}, ${width}), the network's input`,
    remedy: "Write the examples again as those that the network was trained on.",
  }),
  frames: ([channels, height, width]: Shape) => ({
    expected: `binary frames (uint8), ${channels} over all polarities, of ${height} x ${width} (height x width), the network's input`,
    remedy:
      "Convert the recording by the options that the training data were converted by; frames of another kind are " +
      "given as an array x made as that of train.npz.",
  }),
};
