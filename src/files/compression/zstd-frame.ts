/**
 * Zstandard frames (RFC 8878). The headers of the frame and its blocks are read here, and bound what it holds; what is
 * in the blocks is left to fzstd (zstd-blocks.ts), which on damaged blocks may take minutes or never end. A frame, all
 * numbers little-endian:
 *
 *     u32  fd2fb528
 *     u8   bits 7-6 size of the content size (none, 2, 4, 8 bytes), 5 single segment (none means 1 byte then),
 *          3 zero, 2 contents have a checksum, 1-0 size of the dictionary's number
 *     u8   unless single segment, the window: bits 7-3 exponent e, 2-0 mantissa m; 2^(10 + e) (1 + m / 8) bytes
 *     ...  content size (less 256 where it has 2 bytes)
 *          blocks: u24 bit 0 last, bits 2-1 type (0 stored, 1 one byte repeated, 2 compressed), bits 23-3 size; contents
 *     u32  checksum of the contents, if there: the low 32 bits of their xxHash64
 */

import type { Refuse } from "./damage.ts";
import { xxh64 } from "./xxh64.ts";
import type { ZstdReply, ZstdRequest } from "./zstd-blocks.ts";

const magic = 0xfd2fb528;
/** Longest decoded block, in bytes. */
const longestBlock = 1 << 17;
const [repeatedBlock, compressedBlock] = [1, 2];

/** Time limit for contents of so many bytes, in seconds: far more than any whole frame takes. */
export const secondsFor = (bytes: number): number => 5 + bytes / 1e7;

/** Decodes a frame; see `decodeZstdBy`. */
export type ZstdDecoder = (bytes: Uint8Array, limit: number, refuse: Refuse) => Promise<Uint8Array>;

/**
 * The contents of the one Zstandard frame that `bytes` are. Their size is bounded from the blocks' headers before
 * anything is allocated; calls `refuse` where that is more than `limit` bytes, and where the frame is damaged.
 */
export const decodeZstdBy =
  (decompress: (request: ZstdRequest) => ZstdReply | Promise<ZstdReply>): ZstdDecoder =>
  async (bytes, limit, refuse) => {
    const { contentSize, most, window, checksum } = readFrame(bytes, refuse);
    const room = Math.max(most, window);
    if (room > limit) return refuse(0, `a frame of up to ${room} bytes`, `at most ${limit}`);
    const reply = await decompress({ frame: bytes, most });
    if (typeof reply === "string") return refuse(0, `a damaged Zstandard frame (${reply})`, "a whole one");
    if (contentSize !== undefined && reply.length !== contentSize)
      return refuse(0, `a content of ${reply.length} bytes`, `${contentSize}, as the frame says`);
    if (checksum !== undefined) expectSum(bytes, checksum, reply, refuse);
    return reply;
  };

const expectSum = (bytes: Uint8Array, at: number, contents: Uint8Array, refuse: Refuse): void => {
  const expected = new DataView(bytes.buffer, bytes.byteOffset + at, 4).getUint32(0, true);
  const found = xxh64(contents);
  if (found !== expected) refuse(at, `contents with checksum ${found.toString(16)}`, expected.toString(16));
};

interface Frame {
  readonly contentSize: number | undefined;
  /** Most bytes of the contents, and bytes that decoding takes besides. */
  readonly most: number;
  readonly window: number;
  /** Offset of the checksum of the contents, if there is one. */
  readonly checksum: number | undefined;
}

/** Reads the headers of the frame and of all its blocks. */
const readFrame = (bytes: Uint8Array, refuse: Refuse): Frame => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const need = (end: number): void => {
    if (end > bytes.length) refuse(bytes.length, "the end of the data", "a whole Zstandard frame");
  };
  need(6);
  if (view.getUint32(0, true) !== magic) refuse(0, "other first bytes", "those of a Zstandard frame");
  const flags = bytes[4]!;
  const single = (flags >> 5) & 1;
  if ((flags & 0x0b) !== 0) refuse(4, "flags of another version or with a dictionary", "a frame without one");
  const sizeBytes = flags >> 6 === 0 ? single : 1 << (flags >> 6);
  let at = 6 - single;
  need(at + sizeBytes);
  const contentSize = readSize(view, at, sizeBytes);
  const descriptor = bytes[5]!;
  const window = single ? contentSize! : 2 ** (10 + (descriptor >> 3)) * (1 + (descriptor & 7) / 8);
  at += sizeBytes;
  let most = 0;
  for (let last = false; !last; ) {
    need(at + 3);
    const header = view.getUint16(at, true) | (bytes[at + 2]! << 16);
    const [type, size] = [(header >> 1) & 3, header >> 3];
    last = (header & 1) === 1;
    if (type > compressedBlock || size > longestBlock)
      refuse(at, `a block of type ${type} and ${size} bytes`, `type 0 to 2 and at most ${longestBlock}`);
    most += type === compressedBlock ? longestBlock : size;
    at += 3 + (type === repeatedBlock ? 1 : size);
    need(at);
  }
  const checksum = flags & 4 ? at : undefined;
  const end = at + (flags & 4);
  need(end);
  if (end < bytes.length) refuse(end, `${bytes.length - end} bytes more`, "the end of the frame");
  if (contentSize === undefined) return { contentSize, most, window, checksum };
  if (contentSize > most) refuse(at, `a content of ${contentSize} bytes`, `at most ${most}`);
  return { contentSize, most: contentSize, window, checksum };
};

const readSize = (view: DataView, at: number, bytes: number): number | undefined => {
  if (bytes === 0) return undefined;
  if (bytes === 1) return view.getUint8(at);
  if (bytes === 2) return view.getUint16(at, true) + 256;
  return bytes === 4 ? view.getUint32(at, true) : Number(view.getBigUint64(at, true));
};
