/**
 * LZ4 blocks (LZ4 Block Format Description). A block is a series of sequences, each of
 *
 *     u8   token: high four bits the number of literals, low four the length of the match less 4
 *     u8*  where the number of literals is 15: added to it, up to and with the first that is not 255
 *     ...  the literals
 *     u16  how far back in what is decoded the match begins; it may run into itself
 *     u8*  where the length is 15 + 4: added to it as above
 *
 * of which the last ends after its literals.
 */

import type { Refuse } from "./damage.ts";

/** The bytes of a frame, and a view of the same memory. */
export interface Memory {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

/** Position of a block in its frame, and target of its contents. */
export interface BlockPlace {
  readonly start: number;
  readonly end: number;
  /** Start in the target, earliest start of a match, and end that must not be passed. */
  readonly to: number;
  readonly from: number;
  readonly limit: number;
}

/** Longest copy, in bytes, that is made four bytes at a time, past its end: what lies there is written later. */
const short = 24;

/**
 * Decodes a block of `source` into `target`; returns where in the target it ends. Calls `refuse` where it is damaged.
 */
export const decodeLz4Block = (source: Memory, target: Memory, place: BlockPlace, refuse: Refuse): number => {
  const { bytes: input, view: inputView } = source;
  const { bytes: output, view: outputView } = target;
  const { start, end, from, limit } = place;
  const [inputRoom, outputRoom] = [input.length - short, output.length - short];
  let [at, to] = [start, place.to];
  while (at < end) {
    const sequence = at;
    const token = input[at++]!;

    let literals = token >> 4;
    if (literals === 15) {
      let more = 255;
      for (; more === 255 && at < end; literals += more) more = input[at++]!;
      if (more === 255) refuse(sequence, "the end of the block in a length", "a whole sequence");
    }
    if (at + literals > end || to + literals > limit)
      refuse(sequence, `${literals} literals`, "no more than the block holds and has room for");
    if (literals <= short && at <= inputRoom && to <= outputRoom) {
      for (let k = 0; k < literals; k += 4)
        outputView.setInt32(to + k, inputView.getInt32(at + k, true), true);
    } else output.set(input.subarray(at, at + literals), to);
    at += literals;
    to += literals;
    if (at === end) return to;

    if (at + 2 > end) refuse(sequence, "the end of the block in a sequence", "a whole sequence");
    const back = input[at]! | (input[at + 1]! << 8);
    at += 2;
    let length = token & 15;
    if (length === 15) {
      let more = 255;
      for (; more === 255 && at < end; length += more) more = input[at++]!;
      if (more === 255) refuse(sequence, "the end of the block in a length", "a whole sequence");
    }
    length += 4;
    let match = to - back;
    if (back === 0 || match < from || to + length > limit)
      refuse(sequence, `a match of ${length} bytes, ${back} back`, "one within what is decoded and has room");
    const stop = to + length;
    if (back >= 4 && length <= short && to <= outputRoom) {
      for (let k = 0; k < length; k += 4)
        outputView.setInt32(to + k, outputView.getInt32(match + k, true), true);
      to = stop;
    } else if (back >= length) {
      output.copyWithin(to, match, match + length);
      to = stop;
    } else while (to < stop) output[to++] = output[match++]!;
  }
  return refuse(end, "the end of the block in a sequence", "literals at its end");
};
