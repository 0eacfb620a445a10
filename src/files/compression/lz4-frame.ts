/**
 * LZ4 frames (LZ4 Frame Format Description, 1.6). A frame, all numbers little-endian:
 *
 *     u32  184d2204
 *     u8   flags: bits 7-6 version 01, 5 blocks independent, 4 blocks have checksums, 3 content size is there,
 *          2 content has a checksum, 1 zero, 0 dictionary
 *     u8   bits 6-4: 4, 5, 6, 7 for blocks of up to 2^16, 2^18, 2^20, 2^22 bytes; other bits zero
 *     u64  content size, if there
 *     u8   checksum of the bytes from the flags on: second byte of their xxHash32
 *          blocks: u32 size, highest bit set where the block is stored as it is; the block; its u32 checksum, if there
 *     u32  0
 *     u32  checksum of the contents, if there
 */

import type { Refuse } from "./damage.ts";
import { type BlockPlace, decodeLz4Block, type Memory } from "./lz4-block.ts";
import { xxh32 } from "./xxh32.ts";

/** Most bytes that one compressed byte of a block can stand for: a length grows by 255 a byte. */
const ratio = 255;
const magic = 0x184d2204;

interface Block {
  readonly start: number;
  readonly end: number;
  readonly isStored: boolean;
}

interface Frame {
  readonly independent: boolean;
  /** Bytes that a block has at most, decoded. */
  readonly blockBytes: number;
  readonly contentSize: number | undefined;
  readonly blocks: readonly Block[];
  /** Offset of the checksum of the contents, if there is one. */
  readonly checksum: number | undefined;
}

/**
 * The contents of the one LZ4 frame that `bytes` are. Their size is bounded from the blocks' headers before anything is
 * allocated; calls `refuse` where that is more than `limit` bytes, and where the frame is damaged.
 */
export const decodeLz4Frame = (bytes: Uint8Array, limit: number, refuse: Refuse): Uint8Array => {
  const source = memory(bytes);
  const { independent, blockBytes, contentSize, blocks, checksum } = readFrame(source, refuse);
  const bounds = blocks.map(({ start, end, isStored }) =>
    isStored ? end - start : Math.min(blockBytes, (end - start) * ratio),
  );
  const most = bounds.reduce((sum, bound) => sum + bound, 0);
  if ((contentSize ?? 0) > most) refuse(6, `a content of ${contentSize} bytes`, `at most ${most}`);
  const room = contentSize ?? most;
  if (room > limit) refuse(0, `a frame of up to ${room} bytes`, `at most ${limit}`);
  const target = memory(new Uint8Array(room));
  let to = 0;
  blocks.forEach(({ start, end, isStored }, k) => {
    const place: BlockPlace = {
      start,
      end,
      to,
      from: independent ? to : 0,
      limit: Math.min(room, to + bounds[k]!),
    };
    to = isStored ? store(source, target, place, refuse) : decodeLz4Block(source, target, place, refuse);
  });
  if (contentSize !== undefined && to !== contentSize)
    refuse(6, `a content of ${to} bytes`, `${contentSize}`);
  const content = target.bytes.subarray(0, to);
  if (checksum !== undefined) expectSum(source, checksum, content, refuse);
  return content;
};

const memory = (bytes: Uint8Array): Memory => ({
  bytes,
  view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length),
});

const store = (
  { bytes }: Memory,
  target: Memory,
  { start, end, to, limit }: BlockPlace,
  refuse: Refuse,
): number => {
  if (to + end - start > limit) refuse(start, `a block of ${end - start} bytes`, `at most ${limit - to}`);
  target.bytes.set(bytes.subarray(start, end), to);
  return to + end - start;
};

const expectSum = ({ view }: Memory, at: number, content: Uint8Array, refuse: Refuse): void => {
  const [found, expected] = [xxh32(content), view.getUint32(at, true)];
  if (found !== expected) refuse(at, `contents with checksum ${found.toString(16)}`, expected.toString(16));
};

/** Reads the headers of the frame and of all its blocks. */
const readFrame = (source: Memory, refuse: Refuse): Frame => {
  const { bytes, view } = source;
  const need = (end: number): void => {
    if (end > bytes.length) refuse(bytes.length, "the end of the data", "a whole LZ4 frame");
  };
  need(7);
  if (view.getUint32(0, true) !== magic) refuse(0, "other first bytes", "those of an LZ4 frame");
  const [flags, sizes] = [bytes[4]!, bytes[5]!];
  const has = (bit: number): boolean => (flags & (1 << bit)) !== 0;
  const exponent = 8 + 2 * (sizes >> 4);
  if (flags >> 6 !== 1 || has(1) || has(0) || (sizes & 0x8f) !== 0 || exponent < 16)
    refuse(4, "flags of another version or with a dictionary", "an LZ4 frame of version 1 without one");
  let at = has(3) ? 14 : 6;
  need(at + 1);
  const sum = (xxh32(bytes.subarray(4, at)) >> 8) & 255;
  if (bytes[at] !== sum) refuse(at, `a header with checksum ${bytes[at]}`, `${sum}`);
  const contentSize = has(3) ? Number(view.getBigUint64(6, true)) : undefined;
  const blocks: Block[] = [];
  for (at++; ; ) {
    need(at + 4);
    const header = view.getUint32(at, true);
    at += 4;
    if (header === 0) break;
    const size = header & 0x7fffffff;
    const block = { start: at, end: at + size, isStored: header >>> 31 === 1 };
    if (size > 2 ** exponent) refuse(at - 4, `a block of ${size} bytes`, `at most ${2 ** exponent}`);
    need(block.end + (has(4) ? 4 : 0));
    if (has(4)) expectSum(source, block.end, bytes.subarray(at, block.end), refuse);
    blocks.push(block);
    at = block.end + (has(4) ? 4 : 0);
  }
  const end = at + (has(2) ? 4 : 0);
  need(end);
  if (end < bytes.length) refuse(end, `${bytes.length - end} bytes more`, "the end of the frame");
  return {
    independent: has(5),
    blockBytes: 2 ** exponent,
    contentSize,
    blocks,
    checksum: has(2) ? at : undefined,
  };
};
