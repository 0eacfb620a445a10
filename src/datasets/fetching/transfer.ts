/** One HTTP transfer into a partial file, which goes on where an earlier one ended. Node only. */

import { constants } from "node:fs";
import { type FileHandle, open, rm, stat } from "node:fs/promises";
import { NsmError } from "../../errors.ts";
import { onDisk } from "../../storage.ts";

/**
 * How a transfer ended. `whole`: the partial file has its full size; its checksum is the caller's to verify.
 * `interrupted`: another try may succeed and keeps what came. `refused`: this server will not serve this file.
 */
export type Outcome =
  | { readonly kind: "whole" }
  | { readonly kind: "interrupted" | "refused"; readonly reason: string };

export interface TransferOptions {
  /** The size of the whole file. */
  readonly bytes: number;
  /** Give up after so many milliseconds without a byte. */
  readonly stallMs: number;
  /** Called with the number of bytes there so far. */
  readonly onBytes: (received: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Fetches what is missing of `url` into the file `part`, which may hold a beginning already; never writes past
 * `bytes`. Throws StorageError when the disk fails and the signal's reason when aborted.
 */
export async function transfer(url: URL, part: string, options: TransferOptions): Promise<Outcome> {
  const { bytes, stallMs, signal } = options;
  signal?.throwIfAborted();
  const present = await sizeOf(part);
  if (present === bytes) return { kind: "whole" };
  if (present > bytes) await onDisk(`removing ${part}`, () => rm(part, { force: true }));

  const stop = new AbortController();
  const abort = () => stop.abort();
  const stall = setTimeout(abort, stallMs);
  signal?.addEventListener("abort", abort, { once: true });
  const onBytes = (received: number) => {
    stall.refresh();
    options.onBytes(received);
  };
  try {
    const offset = present < bytes ? present : 0;
    const response = await fetch(url, { headers: headersFor(offset), signal: stop.signal });
    const start = startOf(response, offset, bytes);
    return typeof start === "number" ? await receive(response, part, { start, bytes, onBytes }) : start;
  } catch (error) {
    if (error instanceof NsmError) throw error;
    signal?.throwIfAborted();
    return interrupted(stop.signal.aborted ? `no byte for ${stallMs / 1000} s` : whyOf(error));
  } finally {
    clearTimeout(stall);
    signal?.removeEventListener("abort", abort);
    stop.abort();
  }
}

/** Bytes of the file at `path`, 0 if there is none. */
export async function sizeOf(path: string): Promise<number> {
  return (await onDisk(`looking at ${path}`, () => stat(path).catch(absent)))?.size ?? 0;
}

/** For a promise's catch: undefined where there is no such file. */
export function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
}

/** Identity: sizes, ranges and checksums are those of the file itself. */
const headersFor = (offset: number): Record<string, string> => ({
  "accept-encoding": "identity",
  ...(offset > 0 ? { range: `bytes=${offset}-` } : {}),
});

/** Where in the file the response's body begins, or why it is of no use. A server may ignore the range wanted. */
function startOf(response: Response, offset: number, bytes: number): number | Outcome {
  const { status, statusText, headers } = response;
  // Timeout, too many requests, and the server's own failures pass (RFC 9110, RFC 6585).
  if (status === 408 || status === 429 || status >= 500) return interrupted(`HTTP ${status} ${statusText}`);
  if (status !== 200 && status !== 206) return refused(`HTTP ${status} ${statusText}`);
  const encoding = headers.get("content-encoding") ?? "identity";
  if (encoding !== "identity") return refused(`content encoding ${encoding}, which was not asked for`);
  const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get("content-range") ?? "");
  if (status === 206 && !(range && Number(range[1]) <= offset))
    return refused("another range than asked for");
  const total = status === 206 ? range![2]! : (headers.get("content-length") ?? "*");
  if (total !== "*" && Number(total) !== bytes) return refused(`a file of ${total} bytes`);
  return status === 206 ? Number(range![1]) : 0;
}

async function receive(
  response: Response,
  part: string,
  { start, bytes, onBytes }: { start: number; bytes: number; onBytes: (received: number) => void },
): Promise<Outcome> {
  const writing = `writing ${part}`;
  // Written in place, never truncated: a second download beside this one writes the same bytes to the same places.
  const file = await onDisk(writing, () => open(part, constants.O_WRONLY | constants.O_CREAT));
  try {
    const body = response.body!.getReader();
    let position = start;
    onBytes(position);
    while (position < bytes) {
      const { done, value } = await body.read();
      if (done) return interrupted(`the end after ${position} of ${bytes} bytes`);
      const wanted = value.subarray(0, bytes - position);
      await onDisk(writing, () => writeAll(file, wanted, position));
      position += wanted.length;
      onBytes(position);
    }
    return { kind: "whole" };
  } finally {
    await onDisk(writing, () => file.close());
  }
}

/** A write may be short, as on a disk that is nearly full. */
async function writeAll(file: FileHandle, data: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < data.length; ) {
    done += (await file.write(data, done, data.length - done, position + done)).bytesWritten;
  }
}

const interrupted = (reason: string): Outcome => ({ kind: "interrupted", reason });
const refused = (reason: string): Outcome => ({ kind: "refused", reason });

/** fetch() says only "fetch failed" or "terminated"; its cause says why. */
function whyOf(error: unknown): string {
  const { message, cause } = error as Error;
  const { code, message: inner } = (cause ?? {}) as NodeJS.ErrnoException;
  return [message, code ?? inner].filter(Boolean).join(": ");
}
