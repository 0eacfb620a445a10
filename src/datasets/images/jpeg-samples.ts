/** JPEG pictures decoded: grey or three colours, baseline or progressive. Node only. */

import { decode } from "jpeg-js";
import { damaged, type Size } from "./damage.ts";
import type { Frame } from "./jpeg-frame.ts";
import { jpegParts } from "./jpeg-parts.ts";
import type { Samples } from "./samples.ts";

/** What the decoder holds at once: coefficients, components and colours; a sampling factor of 4 pads small pictures. */
const bytesPerPixel = 64;
const freeMegabytes = 64;

/**
 * The picture in the JPEG `file`, whose path is for messages. Colours that were stored at a lower resolution are
 * repeated; nothing is turned as EXIF may say. Throws DataError where it is damaged, or not of the size given. Damage
 * within the coded pixels of a JPEG, which has no checksum, may pass for a picture.
 */
export const decodeJpeg = (file: Uint8Array, path: string, size?: Size): Samples => {
  const { frame, transform, file: pixels } = jpegParts(file, path, size);
  const { width, height, components } = frame;
  try {
    const { data } = decode(pixels, {
      useTArray: true,
      formatAsRGBA: false,
      ...(isPlain(frame, transform) ? { colorTransform: false } : {}),
      maxResolutionInMP: (width * height) / 1e6 + 1,
      maxMemoryUsageInMB: (width * height * bytesPerPixel) / 2 ** 20 + freeMegabytes,
    });
    if (components.length === 3) return { width, height, channels: 3, data, most: 255 };
    return { width, height, channels: 1, data: data.filter((_, k) => k % 3 === 0), most: 255 };
  } catch (cause) {
    throw damaged(path, `a damaged JPEG (${(cause as Error).message})`, { expected: "a whole JPEG", cause });
  }
};

/** Whether the components are red, green and blue: so says Adobe's segment, or else their names. */
const isPlain = ({ components }: Frame, transform: number | undefined): boolean =>
  transform === undefined
    ? String.fromCharCode(...components.map(({ id }) => id)) === "RGB"
    : transform === 0;
