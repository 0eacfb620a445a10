/** Installed data sets: in the cache, or in packages of the operating system. Node only. */

import { join } from "node:path";
import { cacheFolder } from "./cache-folder.ts";
import type { DatasetEntry, PublishedFile } from "./entry.ts";
import { registry } from "./registry.ts";
import { sizeOf } from "./transfer.ts";
import { looksUnpacked } from "./unpacked.ts";

export interface ListedDataset extends DatasetEntry {
  /** Whether all of it is in `folder`, judged by the names and, in the cache, the sizes of its files. */
  readonly present: boolean;
  /** Its folder; if it is absent, the default folder of `fetchDataset`. */
  readonly folder: string;
}

/** The data sets of the registry, and whether each is installed. Throws StorageError. */
export const listDatasets = (): Promise<readonly ListedDataset[]> => Promise.all(registry.map(listed));

/** A data set, and whether it is installed. Throws StorageError. */
export const listed = async (entry: DatasetEntry): Promise<ListedDataset> => {
  const { files, packaged } = entry;
  const all = async (isThere: (file: PublishedFile) => Promise<boolean>): Promise<boolean> =>
    (await Promise.all(files.map(isThere))).every(Boolean);
  const folder = cacheFolder(entry.name);
  if (await all((file) => isFetched(folder, file))) return { ...entry, folder, present: true };
  const isPackaged =
    packaged !== undefined && (await all(async ({ name }) => (await sizeOf(join(packaged, name))) > 0));
  return { ...entry, folder: isPackaged ? packaged : folder, present: isPackaged };
};

const isFetched = async (folder: string, file: PublishedFile): Promise<boolean> =>
  file.unpack ? looksUnpacked(folder, file) : (await sizeOf(join(folder, file.name))) === file.bytes;
