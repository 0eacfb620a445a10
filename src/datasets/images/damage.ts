/** Errors about pictures, and how large one may be. */

import { DataError } from "../../errors.ts";

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A photograph's, which may be scaled down: some 5800 x 5800. */
const mostPixels = 2 ** 25;

/** The error for a file that is no usable picture. */
export const damaged = (
  file: string,
  given: string,
  {
    expected = "a whole PNG or JPEG",
    remedy = "Give another file, or save the image again.",
    ...rest
  }: {
    readonly expected?: string;
    readonly remedy?: string;
    readonly offset?: number;
    readonly cause?: unknown;
  } = {},
): DataError =>
  new DataError(
    rest.offset === undefined ? { file } : { file, offset: rest.offset },
    { given, expected, remedy },
    rest.cause,
  );

/** Throws DataError unless a picture has the size wanted, or any that is not too large. */
export const checkSize = (file: string, found: Size, wanted: Size | undefined): void => {
  const given = `${found.width} x ${found.height} pixels (width x height)`;
  if (wanted) {
    if (found.width === wanted.width && found.height === wanted.height) return;
    const remedy = "Scale or crop it to that size, or let `nsm predict --resize` scale it.";
    throw damaged(file, given, { expected: `${wanted.width} x ${wanted.height}`, remedy });
  }
  const pixels = found.width * found.height;
  if (pixels > 0 && pixels <= mostPixels) return;
  throw damaged(file, given, { expected: `1 to ${mostPixels} pixels`, remedy: "Scale it down." });
};
