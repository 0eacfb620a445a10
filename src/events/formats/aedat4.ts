/** AEDAT 4.0 (aedat4-packets.ts); Zstandard is decompressed in a worker thread. Node only. */
import { decodeZstdFrame } from "../../files/compression/zstd.ts";
import { aedat4FormatBy } from "./aedat4-packets.ts";

export const aedat4Format = aedat4FormatBy(decodeZstdFrame);
