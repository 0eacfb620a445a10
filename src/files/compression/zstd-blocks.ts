/** The blocks of a Zstandard frame, by fzstd. Damaged ones may take minutes or never end: not for a thread that others need. */
import { Decompress } from "fzstd";

export interface ZstdRequest {
  readonly frame: Uint8Array;
  /** Length of the contents, in bytes. */
  readonly most: number;
}

/** The contents, or the damage of the frame. */
export type ZstdReply = Uint8Array | string;

export const decompressZstd = ({ frame, most }: ZstdRequest): ZstdReply => {
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
