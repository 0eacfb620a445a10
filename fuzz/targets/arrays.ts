/** NumPy's arrays: .npy files, and the zip archives of them. */

import { NsmError } from "../../src/errors.ts";
import { encodeNpy, encodeNpyColumns } from "../../src/files/arrays/npy-encode.ts";
import { openNpz } from "../../src/files/arrays/npz.ts";
import { memorySource } from "../../src/files/byte-source.ts";
import { decodeNpy, decodeNpyColumns, numpyFixture } from "../../test/files/arrays/numpy-file.ts";
import { zipFile } from "../../test/files/arrays/zip-file.ts";
import type { FuzzTarget } from "../target.ts";

const counted = { type: "u2", shape: [2, 30], data: Uint16Array.from({ length: 60 }, (_, i) => i) } as const;
const fixtures = (...names: string[]): Promise<Uint8Array[]> =>
  Promise.all(names.map(async (name) => new Uint8Array(await numpyFixture(name))));

/** The error, where the file is refused as one: both ways of reading it are tried. */
const either = async <T>(...ways: (() => T | Promise<T>)[]): Promise<T | NsmError> => {
  let refusal: unknown;
  for (const way of ways) {
    try {
      return await way();
    } catch (error) {
      if (!(error instanceof NsmError)) throw error;
      refusal = error;
    }
  }
  return refusal as NsmError;
};

const npy: FuzzTarget = {
  name: "arrays-npy",
  seeds: async () => [
    ...(await fixtures(
      "events.npy",
      "aligned.npy",
      "fortran.npy",
      "half.npy",
      "version-3.npy",
      "objects.npy",
    )),
    encodeNpy(counted),
  ],
  read: (bytes) =>
    either<unknown>(
      () => encodeNpy(decodeNpy(bytes, "x")),
      () => encodeNpyColumns(decodeNpyColumns(bytes, "x")),
    ),
};

const npz: FuzzTarget = {
  name: "arrays-npz",
  seeds: async () => [
    ...(await fixtures("columns.npz", "compressed.npz", "events.npz")),
    zipFile([{ name: "x.npy", contents: encodeNpy(counted), deflate: true }]),
  ],
  read: (bytes) =>
    either<unknown>(async () => {
      const archive = await openNpz(memorySource("x", bytes));
      for (const name of archive.names) await either<unknown>(() => archive.read(name));
      if (archive.names.length === 0) return archive.read("x");
    }),
};

export const targets: readonly FuzzTarget[] = [npy, npz];
