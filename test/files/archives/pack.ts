/** Archives written out by their specifications, whatever their entries are called. */
import { gzipSync } from "node:zlib";
import { zipFile } from "../arrays/zip-file.ts";

export interface Packed {
  readonly path: string;
  readonly data: Uint8Array;
  /** Of zip: the size that the directory tells. */
  readonly claims?: number;
  /** Of tar: the type, 0 a file, 2 a symbolic link, 5 a folder. */
  readonly type?: string;
}

export const zip = (entries: readonly Packed[], { isStored = false } = {}): Buffer =>
  Buffer.from(
    zipFile(
      entries.map(({ path, data, claims }) => ({
        name: path,
        contents: data,
        deflate: !isStored,
        ...(claims === undefined ? {} : { size: claims }),
      })),
    ),
  );

/** POSIX ustar: a header of 512 bytes with numbers in octal, the data filled up to whole blocks, two blocks of zeros. */
const tar = (entries: readonly Packed[]): Buffer => {
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
};

export const tarGz = (entries: readonly Packed[]): Buffer => gzipSync(tar(entries));
