/**
 * Checks a PNG before a decoder sees it: that it is one, its size, and that its pixels are all there. The decoder
 * would allocate what the header claims, inflate without a bound, and take missing rows for black.
 * Chunk layout and colour types: W3C, Portable Network Graphics (PNG) Specification, sections 5 and 11. Node only.
 */

import { inflateSync } from "node:zlib";
import { checkSize, damaged as damage, type Size } from "./damage.ts";

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const colourTypes: Readonly<
  Record<number, { readonly channels: number; readonly depths: readonly number[] }>
> = {
  0: { channels: 1, depths: [1, 2, 4, 8, 16] },
  2: { channels: 3, depths: [8, 16] },
  3: { channels: 1, depths: [1, 2, 4, 8] },
  4: { channels: 2, depths: [8, 16] },
  6: { channels: 4, depths: [8, 16] },
};
const indexed = 3;
/** No deflate stream holds more than this many bytes a byte (RFC 1951: 258 bytes from 2 bits). */
const deflateRatio = 1032;
/** More than any picture has. */
const mostChunks = 1 << 16;

interface Chunk {
  readonly type: string;
  readonly data: Buffer;
  /** Length, type, data and checksum. */
  readonly whole: Buffer;
}

/** Whether `file` begins as a PNG does. */
export const isPng = (file: Uint8Array): boolean => signature.equals(file.subarray(0, signature.length));

/**
 * Only those chunks of the PNG `file` that make its pixels, as a PNG. Throws DataError unless it is a PNG of the size
 * given, if one is, and not interlaced, with as much pixel data as its size takes.
 */
export const pixelChunks = (file: Uint8Array, path: string, size?: Size): Uint8Array => {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.length);
  if (!isPng(bytes)) throw damaged(path, "a file that is no PNG");
  const chunks = [...chunksOf(bytes, path)];
  const header = chunks[0];
  if (header?.type !== "IHDR" || header.data.length !== 13)
    throw damaged(path, "no image header at its start");
  const { colourType, rawBytes } = checkHeader(header.data, path, size);
  if (colourType === indexed && !chunks.some(({ type }) => type === "PLTE"))
    throw damaged(path, "no palette");
  const data = chunks.filter(({ type }) => type === "IDAT").map((chunk) => chunk.data);
  checkPixels(Buffer.concat(data), path, rawBytes);
  // Other colour types may carry a palette as a suggestion for poor displays.
  const wanted = ["IHDR", "IDAT", "IEND", "tRNS", ...(colourType === indexed ? ["PLTE"] : [])];
  return Buffer.concat([
    signature,
    ...chunks.filter(({ type }) => wanted.includes(type)).map(({ whole }) => whole),
  ]);
};

/** Each chunk up to the end chunk: u32 length, 4 letters, data, u32 checksum. */
function* chunksOf(bytes: Buffer, path: string): Generator<Chunk> {
  for (let start = signature.length, count = 0; ; count++) {
    if (count === mostChunks) throw damaged(path, `more than ${mostChunks} chunks`, { offset: start });
    const length = start + 12 <= bytes.length ? bytes.readUInt32BE(start) : Number.POSITIVE_INFINITY;
    const end = start + 12 + length;
    if (end > bytes.length) throw damaged(path, "the end of the file in a chunk", { offset: start });
    const type = bytes.toString("latin1", start + 4, start + 8);
    yield { type, data: bytes.subarray(start + 8, end - 4), whole: bytes.subarray(start, end) };
    if (type === "IEND") return;
    start = end;
  }
}

const checkHeader = (
  header: Buffer,
  path: string,
  size: Size | undefined,
): { colourType: number; rawBytes: number } => {
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  checkSize(path, { width, height }, size);
  const [depth, colourType, , , interlace] = header.subarray(8) as unknown as [
    number,
    number,
    number,
    number,
    number,
  ];
  const layout = colourTypes[colourType];
  if (!layout?.depths.includes(depth)) throw damaged(path, `colour type ${colourType} at ${depth} bits`);
  if (interlace !== 0) throw damaged(path, "an interlaced PNG", { remedy: "Save it without interlacing." });
  // Each row is preceded by a byte that names its filter, and filled up to whole bytes.
  return { colourType, rawBytes: height * (1 + Math.ceil((width * depth * layout.channels) / 8)) };
};

const checkPixels = (compressed: Buffer, path: string, rawBytes: number): void => {
  if (rawBytes > compressed.length * deflateRatio)
    throw damaged(path, `${compressed.length} bytes of compressed pixels, too few for its size`);
  let found: number;
  try {
    found = inflateSync(compressed, { maxOutputLength: rawBytes }).length;
  } catch (cause) {
    const { message } = cause as Error;
    throw damaged(path, `pixel data that cannot be decompressed (${message})`, { cause });
  }
  if (found !== rawBytes) throw damaged(path, `${found} bytes of pixel data instead of ${rawBytes}`);
};

const damaged = (path: string, given: string, more?: Parameters<typeof damage>[2]) =>
  damage(path, given, { expected: "a whole PNG", ...more });
