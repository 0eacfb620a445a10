/**
 * Checks a JPEG before a decoder sees it: that it is one, whole, and what its pixels take. The decoder would take
 * missing parts for grey, go through as many scans as there are, and allocate what the header claims.
 */

import { checkSize, damaged, type Size } from "./damage.ts";
import { type Frame, readFrame, scanned, unitsOf } from "./jpeg-frame.ts";
import { markers, type Segment, SegmentError, segmentsOf } from "./jpeg-markers.ts";

/** Frames: baseline, extended and progressive, by Huffman codes. */
const frames: readonly number[] = [0xc0, 0xc1, 0xc2];
/** Of other processes, which the decoder does not know. */
const otherFrames: readonly number[] = [0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf];
/** The segments that make the pixels: tables of quantisation and of Huffman codes are the first two. */
const wanted: readonly number[] = [
  ...[0xdb, 0xc4, ...frames],
  ...[markers.interval, markers.adobe, markers.scan, markers.end],
];

/** Time is bounded by the file's size: so many blocks may be gone through for each of its bytes, and some for all. */
const blocksPerByte = 64;
const freeBlocks = 100_000;

/** Whether `file` begins as a JPEG does. */
export const isJpeg = (file: Uint8Array): boolean => file[0] === 0xff && file[1] === markers.start;

export interface JpegParts {
  readonly frame: Frame;
  /** Adobe's word for how the colours are stored, if it is there; 0: as red, green and blue. */
  readonly transform: number | undefined;
  /** Only those segments that make its pixels, as a JPEG. */
  readonly file: Uint8Array;
}

/** The parts of the JPEG `bytes`. Throws DataError unless it is a whole one, of the size given, if one is. */
export const jpegParts = (bytes: Uint8Array, path: string, size?: Size): JpegParts => {
  try {
    const segments = [...segmentsOf(bytes)];
    const frame = frameOf(segments);
    checkSize(path, frame, size);
    const { blocks } = unitsOf(frame, frame.components);
    // Each has at least a bit, of its mean.
    if (blocks > bytes.length * 8) throw new SegmentError(0, `${blocks} blocks of pixels in too few bytes`);
    checkScans(segments, frame, bytes.length * blocksPerByte + freeBlocks);
    const kept = segments.filter(({ code }) => wanted.includes(code)).map(({ whole }) => whole);
    const adobe = segments.findLast(({ code, body }) => code === markers.adobe && isAdobe(body));
    return { frame, transform: adobe?.body[11], file: Buffer.concat([bytes.subarray(0, 2), ...kept]) };
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
  const frame = segment && readFrame(segment.body);
  if (!frame) throw new SegmentError(segment?.at ?? 0, "no frame of one or three components of 8 bits");
  if (second) throw new SegmentError(second.at, "a second frame");
  return frame;
};

/** Each scan has all its restarts, each component is in one, and all of them take a time that is bounded. */
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
    if (restarts + 1 !== parts)
      throw new SegmentError(at, `${restarts + 1} parts of a scan instead of ${parts}`);
    for (const { id } of components) seen.add(id);
  }
  if (seen.size < frame.components.length) throw new SegmentError(0, "a component that is in no scan");
};

const isAdobe = (body: Uint8Array): boolean =>
  body.length >= 12 && Buffer.from("Adobe").equals(body.subarray(0, 5));
