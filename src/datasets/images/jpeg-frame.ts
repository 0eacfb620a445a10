/** What the frame and the scans of a JPEG say of its picture (ITU-T T.81, B.2.2, B.2.3 and A.2). */

import type { Size } from "./damage.ts";

/** A component is sampled so many times, across and down, where another is sampled less often. */
interface Component {
  readonly id: number;
  readonly horizontal: number;
  readonly vertical: number;
}

export interface Frame extends Size {
  readonly components: readonly Component[];
}

/**
 * Precision, u16 height, u16 width, count, and of each component its number, its sampling factors, 4 bits each, and
 * its table. Undefined unless it is of one or three components of 8 bits.
 */
export const readFrame = (body: Uint8Array): Frame | undefined => {
  const count = body[5] ?? 0;
  if (body[0] !== 8 || (count !== 1 && count !== 3) || body.length !== 6 + 3 * count) return undefined;
  const components = Array.from({ length: count }, (_, k) => {
    const factors = body[7 + 3 * k]!;
    return { id: body[6 + 3 * k]!, horizontal: factors >> 4, vertical: factors & 15 };
  });
  const isFactor = (factor: number) => factor >= 1 && factor <= 4;
  if (!components.every(({ horizontal, vertical }) => isFactor(horizontal) && isFactor(vertical)))
    return undefined;
  if (new Set(components.map(({ id }) => id)).size < count) return undefined;
  return { height: body[1]! * 256 + body[2]!, width: body[3]! * 256 + body[4]!, components };
};

/**
 * Count, of each component its number and its tables, then the first and last coefficient, and which of their bits.
 * Undefined unless the components are those of the frame.
 */
export const scanned = (frame: Frame, body: Uint8Array): readonly Component[] | undefined => {
  const count = body[0] ?? 0;
  if (count === 0 || body.length !== 4 + 2 * count || body[2 + 2 * count]! > 63) return undefined;
  const found = Array.from({ length: count }, (_, k) =>
    frame.components.find(({ id }) => id === body[1 + 2 * k]),
  );
  return found.every((component) => component !== undefined) ? found : undefined;
};

/** How many units a scan has, and blocks in all of them. A single component is scanned block by block. */
export const unitsOf = (
  { width, height, components }: Frame,
  scan: readonly Component[],
): { readonly units: number; readonly blocks: number } => {
  const across = Math.max(...components.map(({ horizontal }) => horizontal));
  const down = Math.max(...components.map(({ vertical }) => vertical));
  const [single] = scan;
  if (single && scan.length === 1) {
    const columns = Math.ceil((Math.ceil(width / 8) * single.horizontal) / across);
    const rows = Math.ceil((Math.ceil(height / 8) * single.vertical) / down);
    return { units: columns * rows, blocks: columns * rows };
  }
  const units = Math.ceil(width / 8 / across) * Math.ceil(height / 8 / down);
  const perUnit = scan.reduce((sum, { horizontal, vertical }) => sum + horizontal * vertical, 0);
  return { units, blocks: units * perUnit };
};
