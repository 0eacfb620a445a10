/** Archives written out by their specifications, whatever their entries are called. */
import { crc32, deflateRawSync, gzipSync } from "node:zlib";

export interface Packed {
  readonly path: string;
  readonly data: Uint8Array;
  /** Of zip: the size that the directory tells. */
  readonly claims?: number;
  /** Of tar: the type, 0 a file, 2 a symbolic link, 5 a folder. */
  readonly type?: string;
}

const number = (value: number, size: 2 | 4): Buffer => {
  const bytes = Buffer.alloc(size);
  size === 2 ? bytes.writeUInt16LE(value) : bytes.writeUInt32LE(value);
  return bytes;
};
const u16 = (value: number) => number(value, 2);
const u32 = (value: number) => number(value, 4);

/** APPNOTE.TXT 4.3: local headers with their data, the central directory, and its end. */
export function zip(entries: readonly Packed[], { isStored = false } = {}): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const { path, data, claims = data.length } of entries) {
    const name = Buffer.from(path);
    const packed = isStored ? Buffer.from(data) : deflateRawSync(data);
    const shared = Buffer.concat([
      ...[20, 0x800, isStored ? 0 : 8, 0, 0x21].map(u16),
      ...[crc32(data), packed.length, claims].map(u32),
      ...[name.length, 0].map(u16),
    ]);
    const local = Buffer.concat([u32(0x04034b50), shared, name, packed]);
    central.push(
      Buffer.concat([u32(0x02014b50), u16(20), shared, ...[0, 0, 0].map(u16), u32(0), u32(offset), name]),
    );
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(central);
  const count = entries.length;
  const end = [u32(0x06054b50), ...[0, 0, count, count].map(u16), u32(directory.length), u32(offset), u16(0)];
  return Buffer.concat([...locals, directory, ...end]);
}

/** POSIX ustar: a header of 512 bytes with numbers in octal, the data filled up to whole blocks, two blocks of zeros. */
export function tar(entries: readonly Packed[]): Buffer {
  const blocks = entries.flatMap(({ path, data, type = "0" }) => {
    const header = Buffer.alloc(512);
    header.write(path, 0, 100);
    header.write("0000644\0", 100);
    header.write("0000000\0", 108);
    header.write("0000000\0", 116);
    header.write(`${data.length.toString(8).padStart(11, "0")}\0`, 124);
    header.write("00000000000\0", 136);
    header.write("        ", 148);
    header.write(type, 156);
    header.write(type === "2" ? "../../etc/passwd" : "", 157);
    header.write("ustar\0" + "00", 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
    return [header, Buffer.from(data), Buffer.alloc(-data.length & 511)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

export const tarGz = (entries: readonly Packed[]): Buffer => gzipSync(tar(entries));
