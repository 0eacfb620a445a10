/** The files in a gzip-compressed tar archive (POSIX pax interchange format). Node only. */

import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { createTarDecoder, type ParsedTarEntry } from "modern-tar";
import type { ArchiveEntry } from "./entry.ts";

/** Files of the archive in their order. Links, folders and devices are left out: no data set has any. */
export async function* tarEntries(path: string): AsyncGenerator<ArchiveEntry> {
  const stop = new AbortController();
  const gunzip = createGunzip();
  // Failures before this stream are reported by the stream itself.
  const unzipping = pipeline(createReadStream(path), gunzip, { signal: stop.signal }).catch(() => {});
  try {
    const bytes = Readable.toWeb(gunzip) as unknown as ReadableStream<Uint8Array>;
    const entries = bytes.pipeThrough(createTarDecoder({ strict: true }));
    for await (const { header, body } of entries as unknown as AsyncIterable<ParsedTarEntry>) {
      const contents = body as unknown as AsyncIterable<Uint8Array>;
      let isRead = false;
      const read = () => {
        isRead = true;
        return contents;
      };
      if (header.type === "file") yield { path: header.name, bytes: header.size, read };
      // Read to its end: cancelling it would make the decoder forget the entry after it.
      if (!isRead) for await (const _ of contents);
    }
  } finally {
    stop.abort();
    await unzipping;
  }
}
