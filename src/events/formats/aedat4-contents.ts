/** The contents of AEDAT 4's packets, and of its table of packets: compressed one by one, as the header says. */

import type { ByteSource } from "../../files/byte-source.ts";
import { decodeLz4Frame } from "../../files/compression/lz4-frame.ts";
import { decodeZstdFrame } from "../../files/compression/zstd.ts";
import type { Aedat4Header } from "./aedat4-header.ts";
import { damaged } from "./damage.ts";

/** Largest contents of a packet, in bytes: 16 million events. Recorders write some thousands. */
export const largest = 1 << 28;

/** Contents that are not compressed are where they were; else in memory of their own. `offset` is theirs in the file. */
export const decompress = (
  contents: Uint8Array,
  source: ByteSource,
  offset: number,
  compression: Aedat4Header["compression"],
): Uint8Array | Promise<Uint8Array> => {
  const refuse = (at: number, given: string, expected: string): never => {
    throw damaged(source, offset + at, given, expected);
  };
  if (compression === "lz4") return decodeLz4Frame(contents, largest, refuse);
  return compression === "zstd" ? decodeZstdFrame(contents, largest, refuse) : contents;
};
