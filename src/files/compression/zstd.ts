/** Zstandard frames (zstd-frame.ts), decompressed in a worker thread with a limit of time. Node only. */
import { WorkerError } from "../../errors.ts";
import { type Sandbox, sandboxed } from "../../threads/sandbox.ts";
import type { ZstdReply, ZstdRequest } from "./zstd-blocks.ts";
import { decodeZstdBy, secondsFor } from "./zstd-frame.ts";

let worker: Sandbox<ZstdRequest, ZstdReply> | undefined;

/** Decoder of a Zstandard frame, by a worker thread of Node. Arguments and errors: see `decodeZstdBy`. */
export const decodeZstdFrame = decodeZstdBy((request) => {
  worker ??= sandboxed("./zstd-worker.js", import.meta.url, "decompressing Zstandard in a worker thread");
  return worker.ask(request, secondsFor(request.most)).catch((error) => {
    if (!(error instanceof WorkerError)) throw error;
    return error.given;
  });
});
