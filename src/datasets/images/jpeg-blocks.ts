/**
 * Coefficients of the blocks of a JPEG, 8 x 8 each in zigzag order, decoded from a scan: sequential (ITU-T T.81, F.2.2)
 * and progressive, by spectral selection and successive approximation (G.1.2 and G.2).
 */

import { type Bits, type Huffman, takeBits, takeCode, takeSigned } from "./jpeg-bits.ts";
import { SegmentError } from "./jpeg-markers.ts";

/** Values of a scan's header that say what it holds of each block. */
export interface Band {
  /** First and last coefficient. */
  readonly first: number;
  readonly last: number;
  /** Lowest bit that earlier scans have decoded, plus 1; 0 if there were none. */
  readonly high: number;
  /** Lowest bit of the scan. */
  readonly low: number;
}

/** State between the blocks of one component in a scan, reset at every restart. */
export interface BlockState {
  /** The DC coefficient before. */
  previous: number;
  /** Number of blocks without further coefficients. */
  endOfBand: number;
}

export interface Codes {
  readonly dc: Huffman | undefined;
  readonly ac: Huffman | undefined;
}

/** Decodes what a scan holds of the block at `at` of `coefficients`. Throws SegmentError. */
export type DecodeBlock = (
  bits: Bits,
  codes: Codes,
  state: BlockState,
  coefficients: Int16Array,
  at: number,
) => void;

const most = 63;

/** The decoder of a scan of a frame. */
export const blockDecoder = (isProgressive: boolean, band: Band): DecodeBlock => {
  if (!isProgressive) return sequential;
  if (band.first === 0) return band.high === 0 ? firstDc(band) : refinedDc(band);
  return band.high === 0 ? firstAc(band) : refinedAc(band);
};

const needed = (bits: Bits, table: Huffman | undefined): Huffman => {
  if (table) return table;
  throw new SegmentError(bits.at, "a scan without its table of Huffman codes");
};

const takeDc = (bits: Bits, { dc }: Codes): number => {
  const size = takeCode(bits, needed(bits, dc));
  if (size > 15) throw new SegmentError(bits.at, `a DC coefficient of ${size} bits`);
  return takeSigned(bits, size);
};

const beyond = (bits: Bits): SegmentError =>
  new SegmentError(bits.at, "a block of more than 64 coefficients");

const sequential: DecodeBlock = (bits, codes, state, coefficients, at) => {
  state.previous += takeDc(bits, codes);
  coefficients[at] = state.previous;
  const ac = needed(bits, codes.ac);
  for (let k = 1; k <= most; k++) {
    const code = takeCode(bits, ac);
    const size = code & 15;
    if (size === 0) {
      if (code < 0xf0) return;
      k += 15;
      continue;
    }
    k += code >> 4;
    if (k > most) throw beyond(bits);
    coefficients[at + k] = takeSigned(bits, size);
  }
};

const firstDc =
  ({ low }: Band): DecodeBlock =>
  (bits, codes, state, coefficients, at) => {
    state.previous += takeDc(bits, codes) << low;
    coefficients[at] = state.previous;
  };

const refinedDc =
  ({ low }: Band): DecodeBlock =>
  (bits, _, _state, coefficients, at) => {
    coefficients[at]! |= takeBits(bits, 1) << low;
  };

const firstAc =
  ({ first, last, low }: Band): DecodeBlock =>
  (bits, codes, state, coefficients, at) => {
    if (state.endOfBand > 0) {
      state.endOfBand--;
      return;
    }
    const ac = needed(bits, codes.ac);
    for (let k = first; k <= last; k++) {
      const code = takeCode(bits, ac);
      const run = code >> 4;
      const size = code & 15;
      if (size === 0 && run < 15) {
        state.endOfBand = (1 << run) - 1 + takeBits(bits, run);
        return;
      }
      k += run;
      if (size === 0) continue;
      if (k > last) throw beyond(bits);
      coefficients[at + k] = takeSigned(bits, size) << low;
    }
  };

const refinedAc =
  ({ first, last, low }: Band): DecodeBlock =>
  (bits, codes, state, coefficients, at) => {
    const bit = 1 << low;
    const end = at + last;
    let k = at + first;
    if (state.endOfBand === 0) {
      const ac = needed(bits, codes.ac);
      for (; k <= end; k++) {
        const code = takeCode(bits, ac);
        const run = code >> 4;
        const size = code & 15;
        if (size > 1) throw new SegmentError(bits.at, "a refined coefficient of more than one bit");
        if (size === 0 && run < 15) {
          state.endOfBand = (1 << run) + takeBits(bits, run);
          break;
        }
        const value = size === 0 ? 0 : takeBits(bits, 1) === 1 ? bit : -bit;
        k = refine(bits, coefficients, k, end, run, bit);
        if (value !== 0 && k > end) throw beyond(bits);
        if (value !== 0) coefficients[k] = value;
      }
    }
    if (state.endOfBand === 0) return;
    refine(bits, coefficients, k, end, most, bit);
    state.endOfBand--;
  };

/** Adds a bit to the coefficients [start, end] that are not 0; returns the place of the one behind `zeros` that are. */
const refine = (
  bits: Bits,
  coefficients: Int16Array,
  start: number,
  end: number,
  zeros: number,
  bit: number,
): number => {
  let k = start;
  for (let left = zeros; k <= end; k++) {
    const value = coefficients[k]!;
    if (value === 0) {
      if (left-- === 0) return k;
    } else if (takeBits(bits, 1) === 1) coefficients[k] = value + (value < 0 ? -bit : bit);
  }
  return k;
};
