/** LZ4 blocks and frames written sequence by sequence, after the LZ4 format descriptions. */

import { xxHash32 } from "./xxhash.ts";

/** Literals, and then a match except in the last sequence. */
export interface Sequence {
  readonly literals: Uint8Array;
  readonly match?: { readonly back: number; readonly length: number };
}

const lengthBytes = (length: number): number[] => {
  if (length < 15) return [];
  const bytes: number[] = [];
  let rest = length - 15;
  for (; rest >= 255; rest -= 255) bytes.push(255);
  return [...bytes, rest];
};

export const lz4Block = (sequences: readonly Sequence[]): Uint8Array => {
  const bytes: number[] = [];
  for (const { literals, match } of sequences) {
    const length = match ? match.length - 4 : 0;
    bytes.push((Math.min(literals.length, 15) << 4) | Math.min(length, 15));
    bytes.push(...lengthBytes(literals.length), ...literals);
    if (match) bytes.push(match.back & 255, match.back >> 8, ...lengthBytes(length));
  }
  return Uint8Array.from(bytes);
};

/** What the sequences say, byte for byte. */
export const expand = (sequences: readonly Sequence[]): Uint8Array => {
  const bytes: number[] = [];
  for (const { literals, match } of sequences) {
    bytes.push(...literals);
    if (match) for (let k = 0; k < match.length; k++) bytes.push(bytes.at(-match.back)!);
  }
  return Uint8Array.from(bytes);
};

export interface FrameOptions {
  readonly blockSizeId?: number;
  readonly independent?: boolean;
  readonly contentSize?: number;
  /** The contents, for their checksum. */
  readonly checksumOf?: Uint8Array;
  readonly blockChecksums?: boolean;
}

export interface FrameBlock {
  readonly bytes: Uint8Array;
  readonly stored?: boolean;
}

export const lz4Frame = (blocks: readonly FrameBlock[], options: FrameOptions = {}): Uint8Array => {
  const { blockSizeId = 4, independent = false, contentSize, checksumOf, blockChecksums = false } = options;
  const u32 = (value: number): Buffer => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value >>> 0);
    return bytes;
  };
  const flags =
    0x40 |
    (independent ? 0x20 : 0) |
    (blockChecksums ? 0x10 : 0) |
    (contentSize === undefined ? 0 : 0x08) |
    (checksumOf ? 0x04 : 0);
  const size = contentSize === undefined ? [] : [u32(contentSize), u32(contentSize / 2 ** 32)];
  const descriptor = Buffer.concat([Buffer.of(flags, blockSizeId << 4), ...size]);
  return Buffer.concat([
    u32(0x184d2204),
    descriptor,
    Buffer.of((xxHash32(descriptor) >>> 8) & 255),
    ...blocks.flatMap(({ bytes, stored }) => [
      u32(bytes.length + (stored ? 2 ** 31 : 0)),
      bytes,
      ...(blockChecksums ? [u32(xxHash32(bytes))] : []),
    ]),
    u32(0),
    ...(checksumOf ? [u32(xxHash32(checksumOf))] : []),
  ]);
};
