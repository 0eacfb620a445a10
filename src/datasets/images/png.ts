/**
 * Checks of a PNG before it is decoded: that it is one, its size, and that its pixels are all there. The decoder would
 * allocate what the header claims, inflate without a bound, take missing rows for black, and misread interlaced pixels
 * of less than a byte. Chunk layout, colour types and passes: W3C, Portable Network Graphics (PNG) Specification,
 * sections 5, 8 and 11. Node only.
 */

import { deflateSync, inflateSync } from "node:zlib";
import { crc32 } from "../../files/archives/crc32.ts";
import { checkSize, damaged as damage, type Size } from "./damage.ts";
import { orientationOf } from "./exif.ts";
import { type Orientation, turnedSize } from "./orientation.ts";

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
/** Most chunks of a picture. */
const mostChunks = 1 << 16;

interface Chunk {
  readonly type: string;
  readonly data: Buffer;
  /** Length, type, data and checksum. */
  readonly whole: Buffer;
}

/** Whether `file` begins as a PNG does. */
export const isPng = (file: Uint8Array): boolean => signature.equals(file.subarray(0, signature.length));

/** A part of the pixels: those at columns x, x + stepX, .. and rows y, y + stepY, .. */
export interface Pass extends Size {
  readonly x: number;
  readonly y: number;
  readonly stepX: number;
  readonly stepY: number;
}

/** A part of the pixels as a PNG of its own, which is not interlaced. */
export interface PassFile {
  readonly pass: Pass;
  readonly file: Uint8Array;
}

export interface PngParts extends Size {
  readonly passes: readonly PassFile[];
  readonly orientation: Orientation;
}

/**
 * The passes of the PNG `file`: one, or up to seven if it is interlaced. They hold only those chunks that make the
 * pixels. Throws DataError unless it is a PNG, upright of the size given, if one is, with as much pixel data as its
 * size takes.
 */
export const pngParts = (file: Uint8Array, path: string, size?: Size): PngParts => {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.length);
  if (!isPng(bytes)) throw damaged(path, "a file that is no PNG");
  const chunks = [...chunksOf(bytes, path)];
  const header = chunks[0];
  if (header?.type !== "IHDR" || header.data.length !== 13)
    throw damaged(path, "no image header at its start");
  const exif = chunks.find(({ type }) => type === "eXIf");
  const orientation = exif ? orientationOf(exif.data) : 1;
  const { colourType, rowBytes, ...shape } = readHeader(header.data, path, size, orientation);
  if (colourType === indexed && !chunks.some(({ type }) => type === "PLTE"))
    throw damaged(path, "no palette");
  const passes = passesOf(shape);
  const bytesOf = ({ width, height }: Size): number => height * rowBytes(width);
  const rawBytes = passes.reduce((sum, pass) => sum + bytesOf(pass), 0);
  const data = chunks.filter(({ type }) => type === "IDAT").map((chunk) => chunk.data);
  const pixels = inflated(Buffer.concat(data), path, rawBytes);
  // Other colour types may carry a palette as a suggestion for poor displays.
  const wanted = ["IDAT", "IEND", "tRNS", ...(colourType === indexed ? ["PLTE"] : [])];
  const others = chunks.filter(({ type }) => wanted.includes(type));
  const { width, height } = shape;
  if (!shape.isInterlaced)
    return {
      ...{ width, height, orientation },
      passes: [{ pass: passes[0]!, file: pngOf([header, ...others].map(({ whole }) => whole)) }],
    };
  for (const { whole, type } of [header, ...others])
    if (crc32(whole.subarray(4, -4)) !== whole.readUInt32BE(whole.length - 4))
      throw damaged(path, `another checksum of the chunk ${type}`);
  let start = 0;
  const files = passes.map((pass): PassFile => {
    const end = start + bytesOf(pass);
    const raw = pixels.subarray(start, end);
    start = end;
    return { pass, file: passFile(pass, header.data, raw, others) };
  });
  return { width, height, orientation, passes: files };
};

const pngOf = (chunks: readonly Uint8Array[]): Buffer => Buffer.concat([signature, ...chunks]);

/** A pass as a PNG: its rows are filtered as those of a picture of its size. */
const passFile = (
  { width, height }: Size,
  header: Buffer,
  raw: Uint8Array,
  others: readonly Chunk[],
): Uint8Array => {
  const own = Buffer.from(header);
  own.writeUInt32BE(width, 0);
  own.writeUInt32BE(height, 4);
  own[interlaceByte] = 0;
  const [end, ...before] = others.filter(({ type }) => type !== "IDAT").reverse();
  const pixels = chunkOf("IDAT", deflateSync(raw, { level: 0 }));
  return pngOf([chunkOf("IHDR", own), ...before.reverse().map(({ whole }) => whole), pixels, end!.whole]);
};

const chunkOf = (type: string, data: Uint8Array): Buffer => {
  const whole = Buffer.concat([Buffer.alloc(4), Buffer.from(type, "latin1"), data, Buffer.alloc(4)]);
  whole.writeUInt32BE(data.length, 0);
  whole.writeUInt32BE(crc32(whole.subarray(4, -4)), whole.length - 4);
  return whole;
};

/** Columns, rows and steps of Adam7's passes. */
const adam7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

const passesOf = ({
  width,
  height,
  isInterlaced,
}: Size & { readonly isInterlaced: boolean }): readonly Pass[] =>
  (isInterlaced ? adam7 : ([[0, 0, 1, 1]] as const))
    .map(([x, y, stepX, stepY]) => ({
      ...{ x, y, stepX, stepY },
      width: Math.ceil((width - x) / stepX),
      height: Math.ceil((height - y) / stepY),
    }))
    .filter((pass) => pass.width > 0 && pass.height > 0);

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

const interlaceByte = 12;

interface Header extends Size {
  readonly colourType: number;
  readonly isInterlaced: boolean;
  /** Bytes of a row of that many pixels, with the one that names its filter. */
  readonly rowBytes: (width: number) => number;
}

const readHeader = (
  header: Buffer,
  path: string,
  size: Size | undefined,
  orientation: Orientation,
): Header => {
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  checkSize(path, turnedSize({ width, height }, orientation), size);
  const [depth, colourType, , , interlace] = header.subarray(8) as unknown as [
    number,
    number,
    number,
    number,
    number,
  ];
  const layout = colourTypes[colourType];
  if (!layout?.depths.includes(depth)) throw damaged(path, `colour type ${colourType} at ${depth} bits`);
  if (interlace > 1) throw damaged(path, `interlacing by method ${interlace}`);
  return {
    ...{ width, height, colourType, isInterlaced: interlace === 1 },
    rowBytes: (pixels) => 1 + Math.ceil((pixels * depth * layout.channels) / 8),
  };
};

const inflated = (compressed: Buffer, path: string, rawBytes: number): Buffer => {
  if (rawBytes > compressed.length * deflateRatio)
    throw damaged(path, `${compressed.length} bytes of compressed pixels, too few for its size`);
  let pixels: Buffer;
  try {
    pixels = inflateSync(compressed, { maxOutputLength: rawBytes });
  } catch (cause) {
    const { message } = cause as Error;
    throw damaged(path, `pixel data that cannot be decompressed (${message})`, { cause });
  }
  if (pixels.length === rawBytes) return pixels;
  throw damaged(path, `${pixels.length} bytes of pixel data instead of ${rawBytes}`);
};

const damaged = (path: string, given: string, more?: Parameters<typeof damage>[2]) =>
  damage(path, given, { expected: "a whole PNG", ...more });
