/** Fetches a data set's files from its mirrors, verified and whole or not at all. Node only. */

import { mkdir } from "node:fs/promises";
import { ConfigError } from "../../errors.ts";
import { onDisk } from "../../storage.ts";
import { cacheFolder } from "./cache-folder.ts";
import { fetchFile, isInstalled, type Patience } from "./fetch-file.ts";
import { type DatasetEntry, findDataset } from "./registry.ts";

export interface FetchProgress {
  /** The file at work. */
  readonly file: string;
  /** Bytes there so far, of all files. */
  readonly received: number;
  /** Bytes of all files. */
  readonly bytes: number;
}

export const defaultPatience: Patience = { attempts: 4, backoffMs: 500, stallMs: 30_000 };

export interface FetchOptions {
  /** Where the files go; made if it is not there. Default: `cacheFolder(name)`. */
  readonly folder?: string | undefined;
  /** Base URL used instead of the registry's mirrors. */
  readonly mirror?: string | undefined;
  readonly onProgress?: ((progress: FetchProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly patience?: Patience | undefined;
}

export interface Fetched {
  readonly folder: string;
  /** Names of the files that were fetched now. */
  readonly fetched: readonly string[];
  /** Names of those that were there already, verified. */
  readonly present: readonly string[];
}

/**
 * Fetches the data set of that name (or entry) into a folder. A file appears under its name only when its size and
 * SHA-256 are the published ones; until then it is `NAME.part`, from which a later call goes on. Mirrors are tried in
 * order, each several times.
 *
 * Throws ConfigError for an unknown name or mirror, DataError where another file of that name lies in the folder,
 * DownloadError when every mirror failed, StorageError when the disk does, and the signal's reason when aborted.
 */
export async function fetchDataset(
  dataset: string | DatasetEntry,
  options: FetchOptions = {},
): Promise<Fetched> {
  const entry = typeof dataset === "string" ? findDataset(dataset) : dataset;
  const {
    folder = cacheFolder(entry.name),
    mirror,
    onProgress,
    signal,
    patience = defaultPatience,
  } = options;
  const mirrors = (mirror === undefined ? entry.mirrors : [mirror]).map(baseUrl);
  await onDisk(`making the folder ${folder}`, () => mkdir(folder, { recursive: true }));

  const bytes = entry.files.reduce((sum, file) => sum + file.bytes, 0);
  const fetched: string[] = [];
  const present: string[] = [];
  let before = 0;
  for (const file of entry.files) {
    const onBytes = (received: number) =>
      onProgress?.({ file: file.name, received: before + received, bytes });
    if (await isInstalled(folder, file)) {
      present.push(file.name);
    } else {
      await fetchFile(file, { folder, mirrors, patience, onBytes, signal });
      fetched.push(file.name);
    }
    onBytes(file.bytes);
    before += file.bytes;
  }
  return { folder, fetched, present };
}

function baseUrl(mirror: string): URL {
  const slashed = mirror.endsWith("/") ? mirror : `${mirror}/`;
  const url = URL.canParse(slashed) ? new URL(slashed) : undefined;
  if (url?.protocol === "http:" || url?.protocol === "https:") return url;
  throw new ConfigError("choosing a mirror", {
    given: JSON.stringify(mirror),
    expected: "a base URL that begins with http:// or https://",
    remedy: "Give the URL of the folder that holds the files.",
  });
}
