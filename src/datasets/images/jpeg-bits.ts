/** Entropy-coded data of a JPEG bit by bit, and its Huffman codes (ITU-T T.81, annexes C and F.2.2). */

import { SegmentError } from "./jpeg-markers.ts";

/** A reader of coded data without restart markers; a byte 00 after FF is skipped. */
export interface Bits {
  /** The file. */
  readonly bytes: Uint8Array;
  readonly end: number;
  /** Next byte to be read. */
  at: number;
  /** The lowest `left` bits are those read and not yet taken. */
  buffer: number;
  left: number;
  /** Number of the bits read that lie behind the end. */
  padding: number;
}

/** A reader of the bytes [start, end). */
export const bitsOf = (bytes: Uint8Array, start: number, end: number): Bits => ({
  ...{ bytes, end, at: start },
  ...{ buffer: 0, left: 0, padding: 0 },
});

/** Reads ahead to at least 25 bits. */
const fill = (bits: Bits): void => {
  while (bits.left <= 24) {
    let byte = 0;
    if (bits.at < bits.end) {
      byte = bits.bytes[bits.at++]!;
      if (byte === 0xff) bits.at++;
    } else bits.padding += 8;
    bits.buffer = (bits.buffer << 8) | byte;
    bits.left += 8;
  }
};

/** Throws SegmentError if more bits were taken than there are. */
export const checkEnd = ({ padding, left, end }: Bits): void => {
  if (padding > left) throw new SegmentError(end, "the end of the coded data of a scan");
};

/** The next `count` bits, 0 to 16, as a number. */
export const takeBits = (bits: Bits, count: number): number => {
  if (bits.left < count) fill(bits);
  bits.left -= count;
  return (bits.buffer >>> bits.left) & ((1 << count) - 1);
};

/** The next number of `size` bits, 0 to 15: its first bit is 1 for positive ones (F.2.2.1, EXTEND). */
export const takeSigned = (bits: Bits, size: number): number => {
  const value = takeBits(bits, size);
  return size > 0 && value < 1 << (size - 1) ? value - (1 << size) + 1 : value;
};

const lookedUp = 8;
const longest = 16;

/** Codes of a table. */
export interface Huffman {
  /** Entry by the next 8 bits: length of the code times 256, plus its value; 0 for longer codes. */
  readonly short: Uint16Array;
  /**
   * Entries by length: the first code behind those of that length, and the offset from a code to its place in `values`.
   */
  readonly ends: Int32Array;
  readonly offsets: Int32Array;
  readonly values: Uint8Array;
}

/** The table of `counts[k]` codes of length k + 1, with their values in order. Undefined if no code can be so. */
export const huffmanOf = (counts: Uint8Array, values: Uint8Array): Huffman | undefined => {
  const short = new Uint16Array(1 << lookedUp);
  const [ends, offsets] = [new Int32Array(longest + 1), new Int32Array(longest + 1)];
  let [code, place] = [0, 0];
  for (let length = 1; length <= longest; length++) {
    offsets[length] = place - code;
    for (let k = 0; k < counts[length - 1]!; k++, code++, place++) {
      if (length > lookedUp) continue;
      const end = (code + 1) << (lookedUp - length);
      for (let next = code << (lookedUp - length); next < end; next++)
        short[next] = (length << 8) | values[place]!;
    }
    if (code > 1 << length) return undefined;
    ends[length] = code;
    code <<= 1;
  }
  return { short, ends, offsets, values };
};

/** The value of the next code. Throws SegmentError where there is none. */
export const takeCode = (bits: Bits, { short, ends, offsets, values }: Huffman): number => {
  if (bits.left < longest) fill(bits);
  const found = short[(bits.buffer >>> (bits.left - lookedUp)) & ((1 << lookedUp) - 1)]!;
  if (found !== 0) {
    bits.left -= found >> 8;
    return found & 0xff;
  }
  for (let length = lookedUp + 1; length <= longest; length++) {
    const code = (bits.buffer >>> (bits.left - length)) & ((1 << length) - 1);
    if (code >= ends[length]!) continue;
    bits.left -= length;
    return values[code + offsets[length]!]!;
  }
  throw new SegmentError(bits.at, "a code that is not in its table");
};
