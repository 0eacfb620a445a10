/** The files in a zip archive on disk. Node only. */

import { open } from "node:fs/promises";
import { onDisk } from "../../storage/files.ts";
import type { ArchiveEntry } from "./entry.ts";
import { zipMembers } from "./zip-members.ts";

/** Files in the order of the archive's directory. The archive stays open while they are read. */
export async function* zipEntries(path: string): AsyncGenerator<ArchiveEntry> {
  const file = await onDisk(`reading ${path}`, () => open(path));
  const read = (start: number, end: number): Promise<Uint8Array> =>
    onDisk(`reading ${path}`, async () => {
      const { buffer, bytesRead } = await file.read(new Uint8Array(end - start), 0, end - start, start);
      return buffer.subarray(0, bytesRead);
    });
  try {
    const { size } = await file.stat();
    const members = await zipMembers({ name: path, size, read });
    for (const [name, { size: bytes, pieces }] of members) yield { path: name, bytes, read: pieces };
  } finally {
    await file.close();
  }
}
