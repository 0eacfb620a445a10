/** Frame and scan headers of a JPEG (ITU-T T.81, B.2.2, B.2.3 and A.1.1). */

import type { Size } from "./damage.ts";

/** A component is sampled `horizontal` times across and `vertical` times down in a unit. */
export interface Component {
  readonly id: number;
  readonly horizontal: number;
  readonly vertical: number;
  /** Number of its table of quantisation. */
  readonly table: number;
}

export interface Frame extends Size {
  readonly isProgressive: boolean;
  readonly components: readonly Component[];
  /** Largest sampling factors of the components. */
  readonly mostAcross: number;
  readonly mostDown: number;
  /** Units of interleaved scans in a row, and rows of them. */
  readonly unitsAcross: number;
  readonly unitsDown: number;
  /** Blocks of a component in a row, and rows of them, that hold any of the picture. */
  readonly blocksOf: (component: Component) => { readonly across: number; readonly down: number };
}

/** A picture has one component (grey), three (colours) or four (colours for print). */
const counts: readonly number[] = [1, 3, 4];

/**
 * Reads precision, u16 height, u16 width, the number of components, and of each its id, its sampling factors of 4 bits
 * each and its table. Undefined unless it is of one, three or four components of 8 bits.
 */
export const readFrame = (body: Uint8Array, isProgressive: boolean): Frame | undefined => {
  const count = body[5] ?? 0;
  if (body[0] !== 8 || !counts.includes(count) || body.length !== 6 + 3 * count) return undefined;
  const components = Array.from({ length: count }, (_, k): Component => {
    const [id, factors, table] = body.subarray(6 + 3 * k, 9 + 3 * k) as unknown as [number, number, number];
    return { id, horizontal: factors >> 4, vertical: factors & 15, table };
  });
  const isFactor = (factor: number) => factor >= 1 && factor <= 4;
  if (!components.every(({ horizontal, vertical }) => isFactor(horizontal) && isFactor(vertical)))
    return undefined;
  if (new Set(components.map(({ id }) => id)).size < count) return undefined;
  const [height, width] = [body[1]! * 256 + body[2]!, body[3]! * 256 + body[4]!];
  const mostAcross = Math.max(...components.map(({ horizontal }) => horizontal));
  const mostDown = Math.max(...components.map(({ vertical }) => vertical));
  return {
    ...{ isProgressive, width, height, components, mostAcross, mostDown },
    unitsAcross: Math.ceil(width / (8 * mostAcross)),
    unitsDown: Math.ceil(height / (8 * mostDown)),
    blocksOf: ({ horizontal, vertical }) => ({
      across: Math.ceil((width * horizontal) / (8 * mostAcross)),
      down: Math.ceil((height * vertical) / (8 * mostDown)),
    }),
  };
};

/**
 * The components of a scan whose header is the count, of each component its id and its tables, then the first and last
 * coefficient, and which of their bits. Undefined unless all are components of the frame, each once.
 */
export const scanned = (frame: Frame, body: Uint8Array): readonly Component[] | undefined => {
  const count = body[0] ?? 0;
  if (count === 0 || body.length !== 4 + 2 * count || body[2 + 2 * count]! > 63) return undefined;
  const found = Array.from({ length: count }, (_, k) =>
    frame.components.find(({ id }) => id === body[1 + 2 * k]),
  );
  const isFound = (each: Component | undefined): each is Component => each !== undefined;
  return found.every(isFound) && new Set(found).size === count ? found : undefined;
};

/** Number of units of a scan, and of blocks in them. A single component is scanned block by block. */
export const unitsOf = (
  frame: Frame,
  scan: readonly Component[],
): { readonly units: number; readonly blocks: number } => {
  const [single] = scan;
  if (single && scan.length === 1) {
    const { across, down } = frame.blocksOf(single);
    return { units: across * down, blocks: across * down };
  }
  const units = frame.unitsAcross * frame.unitsDown;
  const perUnit = scan.reduce((sum, { horizontal, vertical }) => sum + horizontal * vertical, 0);
  return { units, blocks: units * perUnit };
};
