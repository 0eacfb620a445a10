/** Pictures of any format that is read. Node only. */

import { damaged, type Size } from "./damage.ts";
import { isJpeg } from "./jpeg-parts.ts";
import { decodeJpeg } from "./jpeg-samples.ts";
import { isPng } from "./png.ts";
import { decodePng } from "./png-samples.ts";
import type { Samples } from "./samples.ts";

/** Whether a file of that name should be a picture. */
export const isPictureName = (name: string): boolean => /\.(png|jpe?g)$/i.test(name);

/** Bytes of the largest file that is read: more than a photograph has, comments and colour profiles included. */
export const largestImage = 1 << 26;

/**
 * The picture in `file`, a PNG or JPEG as its first bytes tell, of the size given, if one is. The path is for messages.
 * Throws DataError if it is neither, damaged, or of another size.
 */
export const decodeImage = (file: Uint8Array, path: string, size?: Size): Samples => {
  if (isPng(file)) return decodePng(file, path, size);
  if (isJpeg(file)) return decodeJpeg(file, path, size);
  throw damaged(path, "a file that is no PNG or JPEG");
};
