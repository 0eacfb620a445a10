/** One HTTP transfer into a partial file, which resumes where an earlier one ended. Node only. */

import { constants } from "node:fs";
import { type FileHandle, open, rm, stat } from "node:fs/promises";
import { NsmError } from "../../errors.ts";
import { onDisk } from "../../storage/files.ts";
import { type Failure, headersFor, interrupted, refusalOf, refused, startOf } from "./responses.ts";

/** Outcome of a transfer. `whole`: the partial file has its full size; the caller verifies its checksum. */
export type Outcome = { readonly kind: "whole" } | Failure;

export interface TransferOptions {
  /** The size of the whole file. */
  readonly bytes: number;
  /** Milliseconds without a byte after which a transfer is given up. */
  readonly stallMs: number;
  /** Called with the number of bytes so far. */
  readonly onBytes: (received: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Fetches the rest of `url` into the file `part`, which may hold its first bytes already; never writes past
 * `bytes`. Throws StorageError when the disk fails and the signal's reason when aborted.
 */
export const transfer = async (url: URL, part: string, options: TransferOptions): Promise<Outcome> => {
  const { bytes, onBytes } = options;
  options.signal?.throwIfAborted();
  const present = await sizeOf(part);
  if (present === bytes) return { kind: "whole" };
  if (present > bytes) await onDisk(`removing ${part}`, () => rm(part, { force: true }));
  return guarded(options, async (signal, isAlive) => {
    const offset = present < bytes ? present : 0;
    const response = await fetch(url, { headers: headersFor(offset), signal });
    const start = startOf(response, offset, bytes);
    if (typeof start !== "number") return start;
    const received = (count: number) => {
      isAlive();
      onBytes(count);
    };
    return receive(response, part, { start, bytes, onBytes: received });
  });
};

/** The size of the file at `url`, found by requesting its first byte; or why it is unavailable. */
export const sizeAt = (
  url: URL,
  options: Pick<TransferOptions, "stallMs" | "signal">,
): Promise<number | Failure> =>
  guarded(options, async (signal) => {
    const headers = { "accept-encoding": "identity", range: "bytes=0-0" };
    const response = await fetch(url, { headers, signal });
    const refusal = refusalOf(response);
    if (refusal) return refusal;
    const total =
      response.status === 206
        ? /\/(\d+)$/.exec(response.headers.get("content-range") ?? "")?.[1]
        : response.headers.get("content-length");
    return Number(total) > 0 ? Number(total) : refused("a file of unknown size");
  });

/** Runs `work` until it ends, is aborted, or times out without data. A failure in it is an interruption. */
const guarded = async <T>(
  { stallMs, signal }: Pick<TransferOptions, "stallMs" | "signal">,
  work: (signal: AbortSignal, isAlive: () => void) => Promise<T>,
): Promise<T | Failure> => {
  const stop = new AbortController();
  const abort = () => stop.abort();
  const stall = setTimeout(abort, stallMs);
  signal?.addEventListener("abort", abort, { once: true });
  try {
    return await work(stop.signal, () => stall.refresh());
  } catch (error) {
    if (error instanceof NsmError) throw error;
    signal?.throwIfAborted();
    return interrupted(stop.signal.aborted ? `no byte for ${stallMs / 1000} s` : whyOf(error));
  } finally {
    clearTimeout(stall);
    signal?.removeEventListener("abort", abort);
    stop.abort();
  }
};

/** Bytes of the file at `path`, 0 if there is none. */
export const sizeOf = async (path: string): Promise<number> =>
  (await onDisk(`looking at ${path}`, () => stat(path).catch(absent)))?.size ?? 0;

/** For a promise's catch: undefined where there is no such file. */
export const absent = (error: NodeJS.ErrnoException): undefined => {
  if (error.code !== "ENOENT") throw error;
};

const receive = async (
  response: Response,
  part: string,
  { start, bytes, onBytes }: { start: number; bytes: number; onBytes: (received: number) => void },
): Promise<Outcome> => {
  const writing = `writing ${part}`;
  // Written in place: earlier bytes stay.
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
};

/** A write may be short, as on a disk that is nearly full. */
const writeAll = async (file: FileHandle, data: Uint8Array, position: number): Promise<void> => {
  for (let done = 0; done < data.length; ) {
    done += (await file.write(data, done, data.length - done, position + done)).bytesWritten;
  }
};

/** fetch() says only "fetch failed" or "terminated"; its cause says why. */
const whyOf = (error: unknown): string => {
  const { message, cause } = error as Error;
  const { code, message: inner } = (cause ?? {}) as NodeJS.ErrnoException;
  return [message, code ?? inner].filter(Boolean).join(": ");
};
