/** Checks a JPEG before it is decoded: that it is whole, and what its pixels take in memory and time. */

import { checkSize, damaged, type Size } from "./damage.ts";
import { orientationOf } from "./exif.ts";
import { type Frame, readFrame, scanned, unitsOf } from "./jpeg-frame.ts";
import { markers, type Segment, SegmentError, segmentsOf } from "./jpeg-markers.ts";
import { type Orientation, turnedSize } from "./orientation.ts";

/** Frames: baseline, extended and progressive, by Huffman codes. */
const frames: readonly number[] = [0xc0, 0xc1, 0xc2];
const progressive = 0xc2;
/** Frames of other processes, which are not read. */
const otherFrames: readonly number[] = [0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf];

/** Time is bounded by the size of the file: blocks decoded for each of its bytes, and for any file. */
const blocksPerByte = 64;
const freeBlocks = 100_000;

/** Whether `file` begins as a JPEG does. */
export const isJpeg = (file: Uint8Array): boolean => file[0] === 0xff && file[1] === markers.start;

export interface JpegParts {
  readonly frame: Frame;
  readonly segments: readonly Segment[];
  /** Adobe's transform of the colours, if it is stated: 0 none, 1 YCbCr, 2 YCCK. */
  readonly transform: number | undefined;
  readonly orientation: Orientation;
}

/** The parts of the JPEG `bytes`. Throws DataError unless it is a whole one, upright of the size given, if one is. */
export const jpegParts = (bytes: Uint8Array, path: string, size?: Size): JpegParts =>
  withPlace(path, () => {
    const segments = [...segmentsOf(bytes)];
    const frame = frameOf(segments);
    const orientation = orientationIn(segments);
    checkSize(path, turnedSize(frame, orientation), size);
    const { blocks } = unitsOf(frame, frame.components);
    // Each has at least a bit, of its mean.
    if (blocks > bytes.length * 8) throw new SegmentError(0, `${blocks} blocks of pixels in too few bytes`);
    checkScans(segments, frame, bytes.length * blocksPerByte + freeBlocks);
    const adobe = segments.findLast(({ code, body }) => code === markers.adobe && isAdobe(body));
    return { frame, segments, transform: adobe?.body[11], orientation };
  });

/** The result of `read`, whose SegmentError becomes a DataError. */
export const withPlace = <T>(path: string, read: () => T): T => {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof SegmentError)) throw cause;
    const { message, offset } = cause;
    throw damaged(path, message, { offset, expected: "a whole JPEG", cause });
  }
};

const frameOf = (segments: readonly Segment[]): Frame => {
  const other = segments.find(({ code }) => otherFrames.includes(code));
  if (other) throw new SegmentError(other.at, `a JPEG of kind SOF${other.code - 0xc0}`);
  const [segment, second] = segments.filter(({ code }) => frames.includes(code));
  const frame = segment && readFrame(segment.body, segment.code === progressive);
  if (!frame) throw new SegmentError(segment?.at ?? 0, "no frame of one, three or four components of 8 bits");
  if (second) throw new SegmentError(second.at, "a second frame");
  return frame;
};

/** Checks that each scan has all its restarts, each component is in one, and all of them take a bounded time. */
const checkScans = (segments: readonly Segment[], frame: Frame, mostBlocks: number): void => {
  const seen = new Set<number>();
  let interval = 0;
  let total = 0;
  for (const { code, at, body, restarts } of segments) {
    if (code === markers.interval) interval = (body[0] ?? 0) * 256 + (body[1] ?? 0);
    if (code !== markers.scan) continue;
    const components = scanned(frame, body);
    if (!components) throw new SegmentError(at, "a scan of other components than the frame's");
    const { units, blocks } = unitsOf(frame, components);
    total += blocks;
    if (total > mostBlocks)
      throw new SegmentError(at, `${total} blocks of pixels, more than the file can hold`);
    const parts = interval > 0 ? Math.ceil(units / interval) : 1;
    if (restarts.length + 1 !== parts)
      throw new SegmentError(at, `${restarts.length + 1} parts of a scan instead of ${parts}`);
    for (const { id } of components) seen.add(id);
  }
  if (seen.size < frame.components.length) throw new SegmentError(0, "a component that is in no scan");
};

const isAdobe = (body: Uint8Array): boolean =>
  body.length >= 12 && Buffer.from("Adobe").equals(body.subarray(0, 5));

const exifMark = Buffer.from("Exif\0\0");

const orientationIn = (segments: readonly Segment[]): Orientation => {
  const exif = segments.find(
    ({ code, body }) => code === markers.exif && exifMark.equals(body.subarray(0, exifMark.length)),
  );
  return exif ? orientationOf(exif.body.subarray(exifMark.length)) : 1;
};
