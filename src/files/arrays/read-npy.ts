/** Whole .npy files on disk. Node only. */
import { readWhole } from "../../storage/files.ts";
import { arrayOf, type NpyArray } from "./npy.ts";
import { openNpy } from "./npy-stream.ts";

/** 1 GiB: arrays that are read whole are small beside memory. */
const MAX_BYTES = 2 ** 30;

/**
 * The plain array in the .npy file at `path`. Throws StorageError if it cannot be read, DataError if it is damaged, holds
 * records or more than 1 GiB.
 */
export const readNpy = async (path: string): Promise<NpyArray> => {
  const bytes = await readWhole(path, MAX_BYTES);
  const stream = await openNpy({
    name: path,
    size: bytes.length,
    pieces: (async function* () {
      yield bytes;
    })(),
  });
  const packed = await stream.read(stream.header.count);
  await stream.close();
  return arrayOf(stream.header, packed, path);
};
