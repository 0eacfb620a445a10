/** The contents of AEDAT 4's packets, and of its table of packets: each compressed by the method in the header. */

import type { ByteSource } from "../../files/byte-source.ts";
import { decodeLz4Frame } from "../../files/compression/lz4-frame.ts";
import type { ZstdDecoder } from "../../files/compression/zstd-frame.ts";
import type { Aedat4Header } from "./aedat4-header.ts";
import { damaged } from "./damage.ts";

/** Largest contents of a packet, in bytes: 16 million events. Recorders write some thousands. */
export const largest = 1 << 28;

/** Decompressed contents: the same memory if they are not compressed. `offset` is their offset in the file. */
export const decompress = (
  contents: Uint8Array,
  source: ByteSource,
  offset: number,
  compression: Aedat4Header["compression"],
  zstd: ZstdDecoder,
): Uint8Array | Promise<Uint8Array> => {
  const refuse = (at: number, given: string, expected: string): never => {
    throw damaged(source, offset + at, given, expected);
  };
  if (compression === "lz4") return decodeLz4Frame(contents, largest, refuse);
  return compression === "zstd" ? zstd(contents, largest, refuse) : contents;
};
