/** Fetches a data set's files from its mirrors, verified and whole or not at all. Node only. */

import { join } from "node:path";
import { ConfigError, DownloadError } from "../../errors.ts";
import { withFolderLock } from "../../storage/folder-lock.ts";
import { cacheFolder } from "./cache-folder.ts";
import type { DatasetEntry, PublishedFile } from "./entry.ts";
import { type FileTask, fetchFile, type Patience } from "./fetch-file.ts";
import { isInstalled, remove } from "./install.ts";
import { findDataset } from "./registry.ts";
import { unpackArchive } from "./unpack.ts";
import { isUnpacked, recordUnpacked } from "./unpacked.ts";

export interface FetchProgress {
  /** The current file. */
  readonly file: string;
  /** Bytes of all files so far. */
  readonly received: number;
  /** Bytes of all files whose size is known so far. */
  readonly bytes: number;
}

const defaultPatience: Patience = { attempts: 4, backoffMs: 500, stallMs: 30_000 };

export interface FetchOptions {
  /** Folder for the files, created if necessary. Default: `cacheFolder(name)`. */
  readonly folder?: string | undefined;
  /** Base URL used instead of the registry's mirrors. */
  readonly mirror?: string | undefined;
  readonly onProgress?: ((progress: FetchProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly patience?: Patience | undefined;
}

export interface Fetched {
  readonly folder: string;
  /** Names of the files that this call fetched. */
  readonly fetched: readonly string[];
  /** Names of those already present, verified. */
  readonly present: readonly string[];
}

/**
 * Fetches the data set of that name (or entry) into a folder. A file appears under its name only when its size and
 * checksum are the published ones; until then it is `NAME.part`, from which a later call resumes. Mirrors are tried in
 * order, each several times. An archive is unpacked, whole or not at all, and then removed; one that the user put into
 * the folder is used.
 *
 * Throws ConfigError for an unknown name or mirror, DataError where another file of that name lies in the folder,
 * DownloadError when every mirror failed or another fetch is at work in the folder, StorageError when the disk fails,
 * and the signal's reason when aborted.
 */
export const fetchDataset = async (
  dataset: string | DatasetEntry,
  options: FetchOptions = {},
): Promise<Fetched> => {
  const entry = typeof dataset === "string" ? findDataset(dataset) : dataset;
  const { folder = cacheFolder(entry.name) } = options;
  const base = options.mirror === undefined ? undefined : baseUrl(options.mirror);
  return withFolderLock(folder, busy(folder), () => fetchFiles(entry, base, folder, options));
};

/** The error for a folder that another process fetches into. */
const busy = (folder: string) => (owner: string, remedy: string) =>
  new DownloadError(`fetching into ${folder}`, {
    given: `a folder that ${owner} is fetching into`,
    expected: "one fetch at a time",
    remedy,
  });

const fetchFiles = async (
  entry: DatasetEntry,
  base: URL | undefined,
  folder: string,
  { onProgress, signal, patience = defaultPatience }: FetchOptions,
): Promise<Fetched> => {
  const sizes = new Map(entry.files.map((file) => [file.name, file.bytes ?? 0]));
  const fetched: string[] = [];
  const present: string[] = [];
  let before = 0;
  for (const file of entry.files) {
    const onBytes = (received: number, whole: number) => {
      sizes.set(file.name, whole);
      const bytes = [...sizes.values()].reduce((sum, size) => sum + size, 0);
      onProgress?.({ file: file.name, received: before + received, bytes });
    };
    const urls = base ? [new URL(file.name, base)] : urlsOf(file, entry);
    const task = { folder, urls, byHand: entry.byHand, patience, onBytes, signal };
    (await provide(file, task)) ? fetched.push(file.name) : present.push(file.name);
    const bytes = sizes.get(file.name)!;
    onBytes(bytes, bytes);
    before += bytes;
  }
  return { folder, fetched, present };
};

/** Fetches the file, or its contents, unless present; returns whether it did. */
const provide = async (file: PublishedFile, task: FileTask): Promise<boolean> => {
  const { folder, signal } = task;
  if (!file.unpack) {
    if (await isInstalled(folder, file)) return false;
    await fetchFile(file, task);
    return true;
  }
  if (await isUnpacked(folder, file)) return false;
  if (!(await isInstalled(folder, file))) await fetchFile(file, task);
  const archive = join(folder, file.name);
  await recordUnpacked(folder, file, await unpackArchive(archive, folder, file.unpack, signal));
  await remove(archive);
  return true;
};

const urlsOf = (file: PublishedFile, { mirrors }: DatasetEntry): readonly URL[] => [
  ...mirrors.map((mirror) => new URL(file.name, baseUrl(mirror))),
  ...(file.url === undefined ? [] : [new URL(file.url)]),
];

const baseUrl = (mirror: string): URL => {
  const slashed = mirror.endsWith("/") ? mirror : `${mirror}/`;
  const url = URL.canParse(slashed) ? new URL(slashed) : undefined;
  if (url?.protocol === "http:" || url?.protocol === "https:") return url;
  throw new ConfigError("choosing a mirror", {
    given: JSON.stringify(mirror),
    expected: "a base URL that begins with http:// or https://",
    remedy: "Give the URL of the folder that holds the files.",
  });
};
