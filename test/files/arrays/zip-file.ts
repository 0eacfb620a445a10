/** Zip archives for tests, after the format's specification (PKWARE, APPNOTE.TXT), wrong where a test wants it so. */

import { deflateRawSync } from "node:zlib";

export interface ZipEntry {
  readonly name: string;
  readonly contents: Uint8Array;
  readonly deflate?: boolean;
  /** Instead of what is true. */
  readonly method?: number;
  readonly size?: number;
  readonly crc?: number;
  readonly flags?: number;
}

/** Bit by bit, as ISO 3309 defines it. */
const checksum = (bytes: Uint8Array): number => {
  let rest = 0xffffffff;
  for (const byte of bytes) {
    rest ^= byte;
    for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  }
  return ~rest >>> 0;
};

export const zipFile = (entries: readonly ZipEntry[]): Uint8Array => {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, contents, deflate = false, ...forged } of entries) {
    const data = deflate ? deflateRawSync(contents) : contents;
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0); // version needed
    common.writeUInt16LE(forged.flags ?? 0, 2);
    common.writeUInt16LE(forged.method ?? (deflate ? 8 : 0), 4);
    common.writeUInt32LE(forged.crc ?? checksum(contents), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(forged.size ?? contents.length, 18);
    common.writeUInt16LE(name.length, 22);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    files.push(Buffer.from("PK\x03\x04"), common, Buffer.from(name), Buffer.from(data));
    directory.push(Buffer.from("PK\x01\x02"), Buffer.of(20, 0), common, tail, Buffer.from(name));
    offset += 30 + name.length + data.length;
  }
  const size = Buffer.concat(directory).length;
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(size, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...files, ...directory, Buffer.from("PK\x05\x06"), end]);
};
