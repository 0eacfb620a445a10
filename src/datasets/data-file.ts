/** Identity of the files of a data set: what they hold. Node only. */
import { sha256 } from "../storage/sha256.ts";
import type { DataFile } from "./dataset.ts";

/** A file of that name with these contents. */
export const dataFileOf = (name: string, bytes: ArrayBufferView): DataFile => ({
  name,
  sha256: sha256(bytes),
  bytes: bytes.byteLength,
});
