/** Coefficients of a JPEG, gathered from its scans (ITU-T T.81, A.2, B.2.3 and E.2). */

import { bitsOf, checkEnd, type Huffman, huffmanOf } from "./jpeg-bits.ts";
import { type BlockState, blockDecoder, type Codes } from "./jpeg-blocks.ts";
import { type Component, type Frame, scanned } from "./jpeg-frame.ts";
import { markers, type Segment, SegmentError } from "./jpeg-markers.ts";

/** The blocks of a component. */
export interface Plane {
  readonly component: Component;
  /** Blocks in a row, those that only fill up units included. */
  readonly across: number;
  readonly down: number;
  /** 64 a block, in zigzag order, row by row. */
  readonly coefficients: Int16Array;
  /** Quantisation, in zigzag order; of the component's first scan. */
  quantisation: Uint16Array | undefined;
}

interface Tables {
  readonly quantisation: (Uint16Array | undefined)[];
  readonly dc: (Huffman | undefined)[];
  readonly ac: (Huffman | undefined)[];
  /** Units between restarts; 0: none. */
  interval: number;
}

/** The planes of the components of `frame`, in its order, from the segments of `file`. Throws SegmentError. */
export const decodeScans = (
  file: Uint8Array,
  segments: readonly Segment[],
  frame: Frame,
): readonly Plane[] => {
  const planes = frame.components.map((component): Plane => {
    const across = frame.unitsAcross * component.horizontal;
    const down = frame.unitsDown * component.vertical;
    return {
      ...{ component, across, down, quantisation: undefined },
      coefficients: new Int16Array(64 * across * down),
    };
  });
  const tables: Tables = { quantisation: [], dc: [], ac: [], interval: 0 };
  for (const segment of segments) {
    if (segment.code === markers.quantisation) readQuantisation(segment, tables);
    if (segment.code === markers.huffman) readHuffman(segment, tables);
    if (segment.code === markers.interval) tables.interval = segment.body[0]! * 256 + segment.body[1]!;
    if (segment.code === markers.scan) decodeScan(file, segment, frame, planes, tables);
  }
  return planes;
};

/** Tables, each of a byte with precision and number, and 64 values of 1 or 2 bytes (B.2.4.1). */
const readQuantisation = ({ body, at }: Segment, tables: Tables): void => {
  for (let start = 0; start < body.length; ) {
    const [precision, number] = [body[start]! >> 4, body[start]! & 15];
    const bytes = precision === 0 ? 1 : 2;
    const end = start + 1 + 64 * bytes;
    if (precision > 1 || end > body.length) throw new SegmentError(at, "a damaged table of quantisation");
    tables.quantisation[number] = Uint16Array.from({ length: 64 }, (_, k) => {
      const from = start + 1 + k * bytes;
      return bytes === 1 ? body[from]! : body[from]! * 256 + body[from + 1]!;
    });
    start = end;
  }
};

/** Tables, each of a byte with class and number, 16 numbers of codes by length, and the codes' values (B.2.4.2). */
const readHuffman = ({ body, at }: Segment, tables: Tables): void => {
  for (let start = 0; start < body.length; ) {
    const [kind, number] = [body[start]! >> 4, body[start]! & 15];
    const counts = body.subarray(start + 1, start + 17);
    const from = start + 17;
    const end = from + counts.reduce((sum, count) => sum + count, 0);
    const table = end > body.length ? undefined : huffmanOf(counts, body.subarray(from, end));
    if (!table || kind > 1) throw new SegmentError(at, "a damaged table of Huffman codes");
    (kind === 0 ? tables.dc : tables.ac)[number] = table;
    start = end;
  }
};

/** A component in a scan. */
interface Part {
  readonly plane: Plane;
  readonly codes: Codes;
  readonly state: BlockState;
}

const decodeScan = (
  file: Uint8Array,
  { body, at, next, restarts }: Segment,
  frame: Frame,
  planes: readonly Plane[],
  tables: Tables,
): void => {
  const components = scanned(frame, body);
  if (!components) throw new SegmentError(at, "a scan of other components than the frame's");
  const [first, last, approximation] = body.subarray(1 + 2 * components.length) as unknown as number[];
  const band = { first: first!, last: last!, high: approximation! >> 4, low: approximation! & 15 };
  const isAc = band.first > 0;
  if (frame.isProgressive && (band.last < band.first || (isAc && components.length > 1) || band.low > 13))
    throw new SegmentError(at, "a scan of coefficients that cannot be");
  const decode = blockDecoder(frame.isProgressive, band);
  const parts = components.map((component, k): Part => {
    const plane = planes[frame.components.indexOf(component)]!;
    const numbers = body[2 + 2 * k]!;
    plane.quantisation ??= tables.quantisation[component.table];
    if (!plane.quantisation) throw new SegmentError(at, "a scan without its table of quantisation");
    const codes = { dc: tables.dc[numbers >> 4], ac: tables.ac[numbers & 15] };
    return { plane, codes, state: { previous: 0, endOfBand: 0 } };
  });
  const places = unitsIn(frame, parts);
  const interval = tables.interval || places.units;
  for (let part = 0, unit = 0; unit < places.units; part++) {
    const start = part === 0 ? at + 4 + body.length : restarts[part - 1]! + 2;
    const bits = bitsOf(file, start, restarts[part] ?? next);
    for (const { state } of parts) Object.assign(state, { previous: 0, endOfBand: 0 });
    for (const end = Math.min(unit + interval, places.units); unit < end; unit++) {
      places.forEach(unit, (each, block) =>
        decode(bits, each.codes, each.state, each.plane.coefficients, 64 * block),
      );
      checkEnd(bits);
    }
  }
};

interface Units {
  readonly units: number;
  /** The blocks of a unit, in their order. */
  readonly forEach: (unit: number, visit: (part: Part, block: number) => void) => void;
}

/** One component is coded block by block, without those that only fill up units; several are coded unit by unit. */
const unitsIn = (frame: Frame, parts: readonly Part[]): Units => {
  const [single] = parts;
  if (single && parts.length === 1) {
    const { across, down } = frame.blocksOf(single.plane.component);
    return {
      units: across * down,
      forEach: (unit, visit) =>
        visit(single, Math.floor(unit / across) * single.plane.across + (unit % across)),
    };
  }
  return {
    units: frame.unitsAcross * frame.unitsDown,
    forEach: (unit, visit) => {
      const [row, column] = [Math.floor(unit / frame.unitsAcross), unit % frame.unitsAcross];
      for (const part of parts) {
        const { across, component } = part.plane;
        for (let y = row * component.vertical; y < (row + 1) * component.vertical; y++)
          for (let x = column * component.horizontal; x < (column + 1) * component.horizontal; x++)
            visit(part, y * across + x);
      }
    },
  };
};
