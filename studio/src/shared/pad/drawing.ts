/** A drawing: strokes of a pen and an eraser on a square of 256 x 256 places, and its compact text for the address. */

/** Places along a side. */
export const PLACES = 256;

/** Place of a pen: across and down, whole numbers from 0 to 255. */
export type Point = readonly [x: number, y: number];

export interface Stroke {
  readonly erases: boolean;
  /** At least one. */
  readonly points: readonly Point[];
}

export type Drawing = readonly Stroke[];

/** Most points of a stroke in the text; longer strokes become several. */
const MOST_POINTS = 128;
/** Most bytes of a drawing that is read: a hostile address draws no more. */
const MOST_BYTES = 16_384;

/**
 * The drawing as text: a byte for each stroke, the number of its points less one and in the highest bit whether it erases, and
 * two bytes a point; all as base64 for addresses (RFC 4648, section 5).
 */
export const encodeDrawing = (drawing: Drawing): string => {
  const bytes = drawing
    .flatMap(inPieces)
    .flatMap(({ erases, points }) => [points.length - 1 + (erases ? 128 : 0), ...points.flat()]);
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
};

/** Pieces of a stroke, each of which starts where the one before ends. */
const inPieces = ({ erases, points }: Stroke): readonly Stroke[] => {
  const pieces: Stroke[] = [];
  for (let start = 0; start === 0 || start < points.length - 1; start += MOST_POINTS - 1)
    pieces.push({ erases, points: points.slice(start, start + MOST_POINTS) });
  return pieces;
};

/** The drawing of a text, as far as the text is one: whatever else an address says is an empty drawing. */
export const decodeDrawing = (text: string): Drawing => {
  const bytes = bytesOf(text);
  const drawing: Stroke[] = [];
  for (let at = 0; at < bytes.length; ) {
    const count = (bytes[at]! & 127) + 1;
    const erases = bytes[at]! > 127;
    const points = Array.from(
      { length: count },
      (_, k): Point => [bytes[at + 1 + 2 * k]!, bytes[at + 2 + 2 * k]!],
    );
    at += 1 + 2 * count;
    if (at > bytes.length) return [];
    drawing.push({ erases, points });
  }
  return drawing;
};

const bytesOf = (text: string): Uint8Array => {
  if (text.length > (MOST_BYTES * 4) / 3) return new Uint8Array(0);
  try {
    const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(binary, (character) => character.charCodeAt(0));
  } catch {
    return new Uint8Array(0);
  }
};

/** Largest distance, in places, of a point that is left out from the line that is kept: a tenth of a pixel of the picture. */
const TOLERANCE = 0.8;

/** The stroke with fewer points (Douglas & Peucker, 1973). */
export const simplified = ({ erases, points }: Stroke): Stroke => ({ erases, points: withoutInner(points) });

const withoutInner = (points: readonly Point[]): readonly Point[] => {
  if (points.length < 3) return points;
  const [first, last] = [points[0]!, points.at(-1)!];
  let [farthest, distance] = [0, -1];
  for (let k = 1; k < points.length - 1; k++) {
    const own = distanceFrom(points[k]!, first, last);
    if (own > distance) [farthest, distance] = [k, own];
  }
  if (distance <= TOLERANCE) return [first, last];
  const start = withoutInner(points.slice(0, farthest + 1));
  return [...start.slice(0, -1), ...withoutInner(points.slice(farthest))];
};

/** Distance of a point from a segment. */
export const distanceFrom = ([x, y]: Point, [x0, y0]: Point, [x1, y1]: Point): number => {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const length = dx * dx + dy * dy;
  const t = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - x0) * dx + (y - y0) * dy) / length));
  return Math.hypot(x - x0 - t * dx, y - y0 - t * dy);
};
