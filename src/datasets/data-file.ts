/** What a data set's files are known by. Node only. */
import { createHash } from "node:crypto";
import type { DataFile } from "./dataset.ts";

/** SHA-256 in hex. */
export const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** A file of that name by its contents. */
export const dataFileOf = (name: string, bytes: Uint8Array): DataFile => ({
  name,
  sha256: sha256(bytes),
  bytes: bytes.length,
});
