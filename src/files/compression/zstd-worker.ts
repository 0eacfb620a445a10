/** The worker thread of zstd.ts: decompresses the frames that it is sent. */
import { parentPort } from "node:worker_threads";
import { decompressZstd, type ZstdRequest } from "./zstd-blocks.ts";

parentPort!.on("message", (request: ZstdRequest) => {
  const reply = decompressZstd(request);
  parentPort!.postMessage(reply, typeof reply === "string" ? [] : [reply.buffer as ArrayBuffer]);
});

parentPort!.postMessage("ready");
