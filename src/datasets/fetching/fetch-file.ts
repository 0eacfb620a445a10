/** Fetches one published file from its mirrors: verified and whole, or not at all. Node only. */

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { setTimeout } from "node:timers/promises";
import { DataError, DownloadError } from "../../errors.ts";
import { onDisk } from "../../storage.ts";
import type { PublishedFile } from "./registry.ts";
import { absent, sizeOf, transfer } from "./transfer.ts";

/** The part of a file that a try must bring to count for something; it bounds how many tries there can be. */
const leastProgress = 0.01;

/** How long to bear with a mirror. */
export interface Patience {
  /** Tries in a row that bring (almost) nothing. */
  readonly attempts: number;
  /** Pause after the first of them; doubled after each further one. */
  readonly backoffMs: number;
  /** Wait for the next byte. */
  readonly stallMs: number;
}

export interface FileTask {
  readonly folder: string;
  /** Base URLs, tried in this order. */
  readonly mirrors: readonly URL[];
  readonly patience: Patience;
  /** Called with the number of bytes of the file there so far. */
  readonly onBytes: (received: number) => void;
  readonly signal: AbortSignal | undefined;
}

/**
 * Fetches one file into a folder. It appears under its name only when its SHA-256 is the published one; until then it
 * is `NAME.part`, from which a later call goes on. Throws as `fetchDataset`.
 */
export async function fetchFile(file: PublishedFile, task: FileTask): Promise<void> {
  const failures: string[] = [];
  for (const mirror of task.mirrors) {
    const url = new URL(file.name, mirror);
    const failure = await fetchFrom(url, file, task);
    if (failure === undefined) return;
    failures.push(`${failure} from ${url}`);
  }
  throw new DownloadError(`fetching ${file.name}`, {
    given: failures.join(", "),
    expected: `${file.bytes} bytes with SHA-256 ${file.sha256}`,
    remedy: `Check the network and try again (what came is kept), give another mirror, or put the file into ${task.folder} by hand.`,
  });
}

/** Fetches and installs one file from one mirror; returns why that failed, if it did. */
async function fetchFrom(url: URL, file: PublishedFile, task: FileTask): Promise<string | undefined> {
  const { folder, signal, onBytes } = task;
  const { attempts, backoffMs, stallMs } = task.patience;
  const part = join(folder, `${file.name}.part`);
  let isFresh = false;
  let idle = 0;
  for (;;) {
    // A download beside this one may have come first; neither waits for the other nor spoils it.
    if (await isInstalled(folder, file)) return remove(part);
    const before = await sizeOf(part);
    isFresh ||= before === 0;
    const outcome = await transfer(url, part, { bytes: file.bytes, stallMs, onBytes, signal });
    if (outcome.kind === "refused") return outcome.reason;
    if (outcome.kind === "whole") {
      const sum = await sha256Of(part);
      if (sum === file.sha256 && (await install(part, join(folder, file.name)))) return undefined;
      if (sum === file.sha256 || sum === undefined) continue;
      await remove(part);
      // What lay there from before may be to blame, but only once.
      if (isFresh) return `contents with SHA-256 ${sum}`;
    } else {
      idle = (await sizeOf(part)) - before >= leastProgress * file.bytes ? 0 : idle + 1;
      if (idle === attempts) return outcome.reason;
      await pause(backoffMs * 2 ** Math.max(0, idle - 1), signal);
    }
  }
}

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await setTimeout(ms, undefined, signal ? { signal } : {}).catch(() => signal?.throwIfAborted());
}

/** Whether the file is there, as published. Throws DataError if another one lies in its place. */
export async function isInstalled(folder: string, file: PublishedFile): Promise<boolean> {
  const sum = await sha256Of(join(folder, file.name));
  if (sum === undefined || sum === file.sha256) return sum !== undefined;
  throw new DataError(`fetching ${file.name}`, {
    given: `another file of that name in ${folder}, with SHA-256 ${sum}`,
    expected: `none, or ${file.bytes} bytes with SHA-256 ${file.sha256}`,
    remedy: "Move it away or choose another folder: it is not overwritten.",
  });
}

/** In hex; undefined if there is no such file. */
async function sha256Of(path: string): Promise<string | undefined> {
  const hash = createHash("sha256");
  const found = await onDisk(`reading ${path}`, () =>
    pipeline(createReadStream(path), hash).then(() => true, absent),
  );
  return found ? hash.digest("hex") : undefined;
}

async function remove(path: string): Promise<undefined> {
  await onDisk(`removing ${path}`, () => rm(path, { force: true }));
}

/** Gives the verified part its name, once its bytes are safe from a loss of power; false if the part is gone. */
async function install(part: string, target: string): Promise<boolean> {
  const moving = () => flush(part).then(() => rename(part, target));
  return (await onDisk(`installing ${target}`, () => moving().then(() => true, absent))) ?? false;
}

async function flush(path: string): Promise<void> {
  const file = await open(path, "r+");
  await file.sync().finally(() => file.close());
}
