/** The worker thread of zstd.ts: decompresses the frames that it is sent. */
import { parentPort } from "node:worker_threads";
import { Decompress } from "fzstd";

export interface ZstdRequest {
  readonly frame: Uint8Array;
  /** Length of the contents, in bytes. */
  readonly most: number;
}

/** The contents, or the damage of the frame. */
export type ZstdReply = Uint8Array | string;

parentPort!.on("message", (request: ZstdRequest) => {
  const reply = decompress(request);
  parentPort!.postMessage(reply, typeof reply === "string" ? [] : [reply.buffer as ArrayBuffer]);
});

parentPort!.postMessage("ready");

const decompress = ({ frame, most }: ZstdRequest): ZstdReply => {
  const contents = new Uint8Array(most);
  let size = 0;
  const stream = new Decompress((block) => {
    contents.set(block, size);
    size += block.length;
  });
  try {
    stream.push(frame, true);
  } catch (error) {
    return (error as Error).message;
  }
  return contents.subarray(0, size);
};
