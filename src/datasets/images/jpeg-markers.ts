/** The segments of a JPEG: a marker, FF and a code, then its length and body (ITU-T T.81, annex B). */

export const markers = {
  huffman: 0xc4,
  start: 0xd8,
  end: 0xd9,
  scan: 0xda,
  quantisation: 0xdb,
  interval: 0xdd,
  exif: 0xe1,
  adobe: 0xee,
} as const;

export interface Segment {
  readonly code: number;
  /** Offset of its marker. */
  readonly at: number;
  readonly body: Uint8Array;
  /** Offset of the next segment: behind the coded data of a scan. */
  readonly next: number;
  /** Offsets of the restart markers in the coded data of a scan. */
  readonly restarts: readonly number[];
}

/** Most segments of a picture, colour profiles included. */
const mostSegments = 1 << 12;

/** Damage of a JPEG at a byte of the file. */
export class SegmentError extends Error {
  readonly offset: number;

  constructor(offset: number, message: string) {
    super(message);
    this.offset = offset;
  }
}

/** Each segment after the first marker, up to the last one, which has no body. */
export function* segmentsOf(bytes: Uint8Array): Generator<Segment> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 2, count = 0; ; count++) {
    if (count === mostSegments) throw new SegmentError(at, `more than ${mostSegments} segments`);
    // Any number of FF may stand before a marker.
    while (bytes[at] === 0xff && bytes[at + 1] === 0xff) at++;
    if (at + 2 > bytes.length) throw new SegmentError(bytes.length, "the end of the file");
    if (bytes[at] !== 0xff) throw new SegmentError(at, "no marker");
    const code = bytes[at + 1]!;
    if (code === markers.end) {
      yield { code, at, body: bytes.subarray(at, at), next: at + 2, restarts: [] };
      return;
    }
    // The length counts its own two bytes.
    const length = at + 4 <= bytes.length ? view.getUint16(at + 2) : 0;
    const end = at + 2 + length;
    if (length < 2 || end > bytes.length)
      throw new SegmentError(at, "a segment that does not end in the file");
    const { next, restarts } = code === markers.scan ? skipCoded(bytes, end) : { next: end, restarts: [] };
    yield { code, at, body: bytes.subarray(at + 4, end), next, restarts };
    at = next;
  }
}

/** Finds the segment after the coded data at `at`. In these FF is followed by 00, or marks a restart. */
const skipCoded = (
  bytes: Uint8Array,
  at: number,
): { readonly next: number; readonly restarts: readonly number[] } => {
  const restarts: number[] = [];
  for (let next = at; ; next++) {
    next = bytes.indexOf(0xff, next);
    if (next < 0) return { next: bytes.length, restarts };
    const code = bytes[next + 1];
    if (code !== undefined && code >= 0xd0 && code <= 0xd7) restarts.push(next);
    else if (code !== 0) return { next, restarts };
  }
};
