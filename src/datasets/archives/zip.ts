/** The files in a zip archive (APPNOTE.TXT of PKWARE). Node only. */

import { type Entry, openPromise } from "yauzl";
import type { ArchiveEntry } from "./archive.ts";

/**
 * In the order of its directory. The library checks that offsets lie in the file, that names are relative and without
 * "..", and that as many bytes come as the directory says.
 */
export async function* zipEntries(path: string): AsyncGenerator<ArchiveEntry> {
  const zip = await openPromise(path, { autoClose: false });
  try {
    for await (const entry of zip.eachEntry() as AsyncIterable<Entry>) {
      if (entry.fileName.endsWith("/")) continue;
      yield {
        path: entry.fileName,
        bytes: entry.uncompressedSize,
        read: () => zip.openReadStreamPromise(entry),
      };
    }
  } finally {
    zip.close();
  }
}
