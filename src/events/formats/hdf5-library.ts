/**
 * The HDF5 library, compiled to WebAssembly, in a thread of its own: where this module is loaded, files are opened and
 * memory grows for the library alone.
 *
 * A file may refer to others (external links and storage): only the requested file is opened. What the
 * library prints about errors is kept for the reply, and its memory is limited.
 */
import fs from "node:fs";

/** Memory limit of the library, in bytes: many times its caches and the largest request. */
const mostMemory = 1 << 29;
/** Error text of the library since `said.text` was last emptied. */
export const said = { text: "" };
/** The only file that may be opened; undefined: any, which the library itself is loaded from. */
export const opened: { file: string | undefined } = { file: undefined };
/** Place of the last read of the library. */
export const lastRead = { file: -1, position: 0, length: 0 };
const real = {
  openSync: fs.openSync,
  readSync: fs.readSync as (...place: ReadPlace) => number,
  writeSync: fs.writeSync,
  grow: WebAssembly.Memory.prototype.grow,
};
type ReadPlace = [file: number, into: Uint8Array, offset: number, length: number, position: number];
const standardError = 2;

Object.assign(fs, {
  openSync: (...[path, ...rest]: Parameters<typeof fs.openSync>) => {
    if (opened.file === undefined || path === opened.file) return real.openSync(path, ...rest);
    throw Object.assign(new Error(`not opened: ${path}`), { code: "EACCES" });
  },
  readSync: (...[file, into, offset, length, position]: ReadPlace) => {
    Object.assign(lastRead, { file, position, length });
    return real.readSync(file, into, offset, length, position);
  },
  writeSync: (file: number, data: Uint8Array, offset: number, length: number, position: number | null) => {
    if (file !== standardError) return real.writeSync(file, data, offset, length, position);
    said.text += Buffer.from(data.buffer, data.byteOffset + offset, length).toString();
    return length;
  },
});
console.error = (...words) => void (said.text += `${words.join(" ")}\n`);
WebAssembly.Memory.prototype.grow = function (pages) {
  if (this.buffer.byteLength + pages * 65536 > mostMemory) throw new RangeError("too much memory");
  return real.grow.call(this, pages);
};

const { File, ready } = await import("h5wasm/node");

export { File };
export const library: Awaited<typeof import("h5wasm/node")["ready"]> = await ready;

/** Repeats the last read of the library. */
export const readAgain = (): Uint8Array => {
  const { file, position, length } = lastRead;
  const bytes = new Uint8Array(length);
  real.readSync(file, bytes, 0, length, position);
  return bytes;
};
