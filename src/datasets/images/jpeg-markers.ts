/** The segments of a JPEG: a marker, FF and a code, then its length and body (ITU-T T.81, annex B). */

export const markers = { start: 0xd8, end: 0xd9, scan: 0xda, interval: 0xdd, adobe: 0xee } as const;

export interface Segment {
  readonly code: number;
  /** Where its marker is. */
  readonly at: number;
  readonly body: Uint8Array;
  /** All of it; of a scan, with the coded data that follow. */
  readonly whole: Uint8Array;
  /** Of a scan: the restart markers in its coded data. */
  readonly restarts: number;
}

/** More than any picture has, colour profiles and all. */
const mostSegments = 1 << 12;

/** What `segmentsOf` throws. */
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
      yield { code, at, body: bytes.subarray(at, at), whole: bytes.subarray(at, at + 2), restarts: 0 };
      return;
    }
    // The length counts its own two bytes.
    const length = at + 4 <= bytes.length ? view.getUint16(at + 2) : 0;
    const end = at + 2 + length;
    if (length < 2 || end > bytes.length)
      throw new SegmentError(at, "a segment that does not end in the file");
    const { next, restarts } = code === markers.scan ? skipCoded(bytes, end) : { next: end, restarts: 0 };
    yield { code, at, body: bytes.subarray(at + 4, end), whole: bytes.subarray(at, next), restarts };
    at = next;
  }
}

/** Where the next segment begins after the coded data at `at`. In these FF is followed by 00, or marks a restart. */
const skipCoded = (bytes: Uint8Array, at: number): { readonly next: number; readonly restarts: number } => {
  let restarts = 0;
  for (let next = at; ; next++) {
    next = bytes.indexOf(0xff, next);
    if (next < 0) return { next: bytes.length, restarts };
    const code = bytes[next + 1];
    if (code !== undefined && code >= 0xd0 && code <= 0xd7) restarts++;
    else if (code !== 0) return { next, restarts };
  }
};
