/** Zstandard frames (zstd-frame.ts) in browsers, decompressed in a Web Worker of their own with a limit of time. */
import { type WebThread, webThreadOf } from "../../threads/web-thread.ts";
import type { ZstdReply, ZstdRequest } from "./zstd-blocks.ts";
import { decodeZstdBy, secondsFor } from "./zstd-frame.ts";

let thread: WebThread<ZstdRequest, ZstdReply> | undefined;

/** Bundlers look for this expression, and make the worker's module a file of its own. */
const start = (): WebThread<ZstdRequest, ZstdReply> =>
  webThreadOf(
    new Worker(new URL("./zstd-web-worker.js", import.meta.url), { type: "module" }),
    "decompressing Zstandard",
  );

/** Decoder of a Zstandard frame, by a Web Worker. Arguments and errors: see `decodeZstdBy`. */
export const decodeZstdInWorker = decodeZstdBy(async ({ frame, most }) => {
  thread ??= start();
  const { ask, close } = thread;
  const seconds = secondsFor(most);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => {
      resolve(`no end after ${Math.round(seconds)} seconds`);
      thread = undefined;
      close();
    }, 1000 * seconds);
  });
  // A view would be sent with all of its memory.
  const own = frame.slice();
  return Promise.race([ask({ frame: own, most }, [own.buffer]), late]).finally(() => clearTimeout(timer));
});
