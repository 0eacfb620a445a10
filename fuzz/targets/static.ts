/** Static data sets: files of images and labels, pictures, and the archives that they come in. */

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { encode } from "fast-png";
import { unpackArchive } from "../../src/datasets/fetching/unpack.ts";
import { encodeIdx } from "../../src/datasets/idx/idx.ts";
import { readIdx } from "../../src/datasets/idx/idx-file.ts";
import { cifarBinary } from "../../src/datasets/images/cifar-binary.ts";
import { addBatch } from "../../src/datasets/images/cifar-python.ts";
import { allocateRows } from "../../src/datasets/images/cifar-rows.ts";
import { cifar10, cifar100 } from "../../src/datasets/images/cifar-sets.ts";
import { decodeImage } from "../../src/datasets/images/decode-image.ts";
import { unpickle } from "../../src/datasets/images/pickle.ts";
import { channelsOf, type Samples, writePlanes } from "../../src/datasets/images/samples.ts";
import { NsmError } from "../../src/errors.ts";
import { pickledBatch, pickledNames, python2, python3 } from "../../test/datasets/images/pickle.ts";
import { png } from "../../test/datasets/images/png.ts";
import { tarGz, zip } from "../../test/files/archives/pack.ts";
import type { FuzzTarget } from "../target.ts";

/** What it says, or the error by which it refuses. */
const refusing = (read: (bytes: Uint8Array) => unknown) => async (bytes: Uint8Array) => {
  try {
    return await read(bytes);
  } catch (error) {
    if (error instanceof NsmError) return error;
    throw error;
  } finally {
    // What zlib holds after an error is freed when the event loop has its turn.
    await setImmediate();
  }
};

/** Reads the bytes from a file of their own, in a folder that goes away. */
const fromFile = (read: (path: string, folder: string) => unknown) =>
  refusing(async (bytes) => {
    const folder = await mkdtemp(join(tmpdir(), "fuzz-static-"));
    try {
      const path = join(folder, "file");
      await writeFile(path, bytes);
      return await read(path, folder);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

const noise = (length: number): Uint8Array => Uint8Array.from({ length }, (_, k) => (k * k * 31) % 256);
const jpeg = (name: string): Promise<Uint8Array> =>
  readFile(new URL(`../../test/fixtures/jpeg/${name}.jpg`, import.meta.url));

const idxSeeds = [encodeIdx({ dims: [4, 3, 5], data: noise(60) }), encodeIdx({ dims: [7], data: noise(7) })];
const batch = { pixels: noise(2 * 3072), labels: { labels: [3, 9] } };
const pictures = [
  encode({ width: 9, height: 7, channels: 3, data: noise(189) }),
  encode({ width: 9, height: 7, channels: 1, data: noise(63) }),
  ...[0, 3].map((colourType) =>
    png({
      width: 5,
      height: 2,
      depth: 4,
      colourType,
      rows: [
        [0x01, 0x20, 0x10],
        [0x10, 0x02, 0x20],
      ],
      extra: [
        ["PLTE", noise(9)],
        ["tRNS", colourType === 0 ? Uint8Array.of(0, 1) : Uint8Array.of(0, 128)],
      ],
    }),
  ),
];
/** 8 x 8 pixels of 4 bits, in seven passes. */
const interlaced = png({
  ...{ width: 8, height: 8, depth: 4, colourType: 0, interlace: 1 },
  rows: [
    ...[[1], [2], [3], [4], [5], [6, 7], [8, 9]],
    ...Array.from({ length: 4 }, (_, k) => [k, 2 * k]),
    ...Array.from({ length: 4 }, (_, k) => [k, 3 * k, 5 * k, 7 * k]),
  ],
});
const packed = [
  { path: "set/readme", data: Buffer.from("not wanted") },
  { path: "set/1.bin", data: noise(700) },
  { path: "set/2.bin", data: noise(3) },
];

/** All pixels of a picture, which has as many as it says. */
const pixelsOf = (picture: Samples): Uint8Array => {
  const pixels = new Uint8Array(channelsOf(picture) * picture.width * picture.height);
  writePlanes(picture, channelsOf(picture), pixels);
  if (picture.data.length !== picture.width * picture.height * picture.channels)
    throw new Error(`${picture.data.length} samples of ${picture.width} x ${picture.height}`);
  return pixels;
};

const unpacked = fromFile((path, folder) =>
  unpackArchive(path, folder, { entries: /^set\/(\d)\.bin$/, to: "$1.bin", count: 2, mostBytes: 10_000 }),
);

/** Plain arrays: what is cut out of a Buffer shares its memory, and seeds must stay as they are. */
const plain = ({ seeds, ...target }: FuzzTarget): FuzzTarget => ({
  ...target,
  seeds: async () => (await seeds()).map((bytes) => new Uint8Array(bytes)),
});

const all: readonly FuzzTarget[] = [
  {
    name: "idx",
    seeds: async () => [...idxSeeds, ...idxSeeds.map((bytes) => gzipSync(bytes))],
    read: fromFile(async (path) => readIdx(path, (await readFile(path)).length % 2 === 0 ? 3 : 1)),
  },
  {
    name: "cifar-binary",
    seeds: async () => [noise(3 * 3074).map((byte, k) => (k % 3074 < 2 ? k % 7 : byte))],
    read: fromFile(async (path) => {
      const rows = allocateRows(
        cifar100,
        cifarBinary.capacity(cifar100, path, (await readFile(path)).length),
        path,
      );
      return cifarBinary.read(cifar100, path, rows);
    }),
  },
  {
    name: "cifar-pickle",
    seeds: async () => [pickledBatch(python2, batch), pickledBatch(python3, batch)],
    read: refusing((bytes) => addBatch(cifar10, "x", bytes, allocateRows(cifar10, 4, "x"))),
  },
  {
    // Without pixels, which most damage to a batch would hit.
    name: "pickle",
    seeds: async () => [
      pickledNames("label_names", ["cat", "dog"]),
      ...[python2, python3].map((dialect) => pickledBatch(dialect, { ...batch, pixels: new Uint8Array(0) })),
    ],
    read: refusing((bytes) => unpickle(bytes, "x")),
  },
  {
    name: "png",
    seeds: async () => [...pictures, interlaced],
    read: refusing((bytes) => pixelsOf(decodeImage(bytes, "x"))),
  },
  {
    name: "jpeg",
    seeds: () =>
      Promise.all(
        ["grey", "grey-restarts", "colour-halved", "colour-progressive", "cmyk", "sampled-2x2-restarts"].map(
          jpeg,
        ),
      ),
    read: refusing((bytes) => pixelsOf(decodeImage(bytes, "x"))),
  },
  { name: "zip", seeds: async () => [zip(packed), zip(packed, { isStored: true })], read: unpacked },
  { name: "tar", seeds: async () => [tarGz(packed)], read: unpacked },
];

export const targets: readonly FuzzTarget[] = all.map(plain);
