/** Fetches one published file from its mirrors: verified and whole, or not at all. Node only. */

import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { DownloadError } from "../../errors.ts";
import { type Checksum, checksumOf, checksumText, sumOfFile } from "./checksum.ts";
import type { PublishedFile } from "./entry.ts";
import { expectation, install, remove } from "./install.ts";
import { sizeAt, sizeOf, transfer } from "./transfer.ts";

/** Fraction of a file that a try must transfer to count as progress; it bounds the number of tries. */
const leastProgress = 0.01;

/** Patience with a mirror. */
export interface Patience {
  /** Tries in a row without progress. */
  readonly attempts: number;
  /** Pause after the first of them; doubled after each further one. */
  readonly backoffMs: number;
  /** Time to wait for the next byte. */
  readonly stallMs: number;
}

export interface FileTask {
  readonly folder: string;
  /** URLs of the file, tried in this order. */
  readonly urls: readonly URL[];
  /** The page to download it from by hand, where there is no URL. */
  readonly byHand: string | undefined;
  readonly patience: Patience;
  /** Called with the number of bytes of the file so far, and of the whole. */
  readonly onBytes: (received: number, bytes: number) => void;
  readonly signal: AbortSignal | undefined;
}

/** A file whose size and checksum are known. */
type Wanted = PublishedFile & { readonly bytes: number };

/**
 * Fetches one file into a folder. It appears under its name only when its checksum is the published one; until then it
 * is `NAME.part`, from which a later call resumes. Throws as `fetchDataset`.
 */
export const fetchFile = async (file: PublishedFile, task: FileTask): Promise<void> => {
  const checksum = publishedChecksum(file, task);
  const failures: string[] = [];
  for (const url of task.urls) {
    const failure = await fetchFrom(url, file, checksum, task);
    if (failure === undefined) return;
    failures.push(`${failure} from ${url}`);
  }
  throw new DownloadError(`fetching ${file.name}`, {
    given: failures.join(", "),
    expected: expectation(file, checksum),
    remedy: `Check the network and try again (what was downloaded is kept), give another mirror, or put the file into ${task.folder} by hand.`,
  });
};

/** Throws DownloadError for a file that no program can fetch, or that could not be verified. */
const publishedChecksum = (file: PublishedFile, { urls, folder, byHand }: FileTask): Checksum => {
  const checksum = checksumOf(file);
  if (checksum && urls.length > 0) return checksum;
  throw new DownloadError(`fetching ${file.name}`, {
    given: checksum ? "no address that a program can fetch it from" : "no published checksum",
    expected: checksum ? "one, or the file itself" : "one to verify the file by",
    remedy: `Get ${file.name} by hand${byHand ? ` from ${byHand}` : ""} and put it into ${folder}${
      file.unpack ? (checksum ? "; the same command then unpacks it" : ", unpacked") : ""
    }.`,
  });
};

/** Fetches and installs one file from one place; returns why that failed, if it did. */
const fetchFrom = async (
  url: URL,
  file: PublishedFile,
  checksum: Checksum,
  task: FileTask,
): Promise<string | undefined> => {
  let idle = 0;
  for (;;) {
    const size = file.bytes ?? (await sizeAt(url, { ...task.patience, signal: task.signal }));
    if (typeof size === "number") return fetchWhole(url, { ...file, bytes: size }, checksum, task);
    if (size.kind === "refused" || ++idle === task.patience.attempts) return size.reason;
    await pause(task.patience.backoffMs * 2 ** (idle - 1), task.signal);
  }
};

const fetchWhole = async (
  url: URL,
  file: Wanted,
  checksum: Checksum,
  task: FileTask,
): Promise<string | undefined> => {
  const { folder, signal } = task;
  const { bytes } = file;
  const onBytes = (received: number) => task.onBytes(received, bytes);
  const { attempts, backoffMs, stallMs } = task.patience;
  const part = join(folder, `${file.name}.part`);
  let isFresh = false;
  let idle = 0;
  for (;;) {
    const before = await sizeOf(part);
    isFresh ||= before === 0;
    const outcome = await transfer(url, part, { bytes, stallMs, onBytes, signal });
    if (outcome.kind === "refused") return outcome.reason;
    if (outcome.kind === "whole") {
      const sum = (await sumOfFile(part, checksum.algorithm)) ?? "of no file: it is gone";
      if (sum === checksum.sum) return install(part, join(folder, file.name));
      await remove(part);
      // An old partial file may be the cause, but only once.
      if (isFresh) return `contents with ${checksumText({ ...checksum, sum })}`;
    } else {
      idle = (await sizeOf(part)) - before >= leastProgress * bytes ? 0 : idle + 1;
      if (idle === attempts) return outcome.reason;
      await pause(backoffMs * 2 ** Math.max(0, idle - 1), signal);
    }
  }
};

const pause = async (ms: number, signal: AbortSignal | undefined): Promise<void> => {
  await setTimeout(ms, undefined, signal ? { signal } : {}).catch(() => signal?.throwIfAborted());
};
