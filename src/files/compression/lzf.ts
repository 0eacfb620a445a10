/**
 * LZF blocks (Marc Lehmann, liblzf). A block is a series of sequences, each of which starts with a byte c:
 *
 *     c < 32    c + 1 literals, which follow
 *     c >= 32   a match: its length less 2 is the high three bits of c, and where those are 7 the next byte added to
 *               them; how far back it begins, less 1, is the low five bits of c and the byte behind, high bits first;
 *               it may run into itself
 */

import type { Refuse } from "./damage.ts";

/** No block holds more than this many bytes a byte: 264 from a match of three. */
export const lzfRatio = 88;

/** The `size` bytes that `block` holds. Calls `refuse` where it is damaged or holds another number of them. */
export const decodeLzf = (block: Uint8Array, size: number, refuse: Refuse): Uint8Array => {
  if (size > block.length * lzfRatio)
    return refuse(0, `a block of ${block.length} bytes`, `one that can hold ${size}`);
  const output = new Uint8Array(size);
  let [at, to] = [0, 0];
  while (at < block.length) {
    const sequence = at;
    const control = block[at++]!;
    const isMatch = control >= 32;
    const isLong = control >> 5 === 7;
    const end = at + (isMatch ? (isLong ? 2 : 1) : control + 1);
    if (end > block.length) refuse(sequence, "the end of the block in a sequence", "a whole sequence");
    if (!isMatch) {
      if (to + control + 1 > size) refuse(sequence, `more than ${size} bytes`, "no more than that");
      output.set(block.subarray(at, end), to);
      to += control + 1;
    } else {
      const length = (control >> 5) + 2 + (isLong ? block[at]! : 0);
      let match = to - 1 - (((control & 31) << 8) | block[end - 1]!);
      const stop = to + length;
      if (match < 0 || stop > size)
        refuse(sequence, `a match of ${length} bytes, ${to - match} back`, "one within what is decoded");
      while (to < stop) output[to++] = output[match++]!;
    }
    at = end;
  }
  return to === size ? output : refuse(block.length, `${to} bytes`, `${size}`);
};
