/** NumPy's .npz files, read as they are needed. Node only. */
import { zipMembers } from "../archives/zip-members.ts";
import type { ByteSource } from "../byte-source.ts";
import { type Npz, npzOf } from "./npz-arrays.ts";

/** The arrays in `source`. Throws DataError unless it is a whole zip archive (zip-members.ts). */
export const openNpz = async (source: ByteSource): Promise<Npz> =>
  npzOf(source.name, await zipMembers(source));
