/** Splits made of IDX files that are given as bytes, gzip-compressed or not. It imports nothing of Node. */
import { grouped } from "../../grouped.ts";
import type { ImageSplit } from "../dataset.ts";
import { type Bytes, bytesOf, nameOf } from "../given-bytes.ts";
import { decodeIdx, headerBytes, type IdxArray, readHeader } from "./idx.ts";
import { refuseDamage, refuseMore, requirePossible } from "./idx-gzip.ts";
import { imageSplit } from "./idx-split.ts";

export interface IdxSplitOptions {
  /** Name of the data. Default: that of the file of images, if it has one. */
  readonly name?: string;
  /** Number of classes. Default: one more than the largest label. */
  readonly classes?: number;
  /** Names of the classes. */
  readonly classNames?: readonly string[];
  /** Most bytes of a file once it is decompressed. Default 2^31 - 1. */
  readonly largest?: number;
}

/**
 * A split of two files of MNIST's format: images of unsigned bytes [n, height, width], labels [n]. Files that begin as
 * gzip files do are decompressed. Throws DataError for files that are damaged, of another format or do not belong
 * together, for contents of more than `largest` bytes, and for labels that are no class.
 */
export const readIdxSplit = async (
  images: Bytes,
  labels: Bytes,
  { name = nameOf(images, "IDX images"), classes, classNames, largest }: IdxSplitOptions = {},
): Promise<ImageSplit> => {
  const [pixels, numbers] = [
    await readIdx(images, name, 3, largest),
    await readIdx(labels, nameOf(labels, "IDX labels"), 1, largest),
  ];
  const most = classes ?? classNames?.length ?? 1 + numbers.data.reduce((a, b) => Math.max(a, b), 0);
  const split = imageSplit(pixels, numbers, { classes: most, firstLabel: 0, transposed: false });
  return {
    ...{ name: `${name}, ${grouped(split.count)} images`, ...split, classes: most, subset: false },
    ...(classNames && { classNames }),
  };
};

const readIdx = async (
  given: Bytes,
  path: string,
  rank: 1 | 3,
  largest: number | undefined,
): Promise<IdxArray & { readonly path: string }> => {
  const stored = await bytesOf(given);
  const isCompressed = stored[0] === 0x1f && stored[1] === 0x8b;
  const contents = isCompressed ? await decompress(stored, path, rank, largest) : stored;
  const { dims, data } = decodeIdx(contents, path, rank);
  // The split owns its numbers.
  return { dims, data: contents === stored ? data.slice() : data, path };
};

/** Decompresses as many bytes as the header promises. */
const decompress = async (
  stored: Uint8Array,
  path: string,
  rank: 1 | 3,
  largest: number | undefined,
): Promise<Uint8Array> => {
  const pieces = new Blob([stored as BlobPart]).stream().pipeThrough(new DecompressionStream("gzip"));
  const reader = pieces.getReader();
  let contents = new Uint8Array();
  let at = 0;
  let length: number | undefined;
  for (;;) {
    const { done, value } = await reader.read().catch((cause: unknown) => refuseDamage(path, cause));
    if (done) return contents.subarray(0, at);
    if (at + value.length > (length ?? Number.POSITIVE_INFINITY)) refuseMore(path, length!);
    if (contents.length < at + value.length) contents = grown(contents.subarray(0, at), at + value.length);
    contents.set(value, at);
    at += value.length;
    if (length !== undefined || at < headerBytes(rank)) continue;
    ({ length } = readHeader(contents, path, rank));
    requirePossible(path, length, stored.length, largest);
    if (at > length) refuseMore(path, length);
    contents = grown(contents, length);
  }
};

const grown = (bytes: Uint8Array, length: number): Uint8Array<ArrayBuffer> => {
  const copy = new Uint8Array(length);
  copy.set(bytes);
  return copy;
};
