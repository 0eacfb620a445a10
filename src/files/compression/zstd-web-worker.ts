/** The Web Worker of zstd-web.ts: decompresses the frames that it is sent. */
import { answerPage } from "../../threads/web-thread.ts";
import { decompressZstd, type ZstdReply, type ZstdRequest } from "./zstd-blocks.ts";

answerPage<ZstdRequest, ZstdReply>((request) => {
  const value = decompressZstd(request);
  return { value, transfer: typeof value === "string" ? [] : [value.buffer as ArrayBuffer] };
});
