/** Which data sets are in the cache. Node only. */

import { join } from "node:path";
import { cacheFolder } from "./cache-folder.ts";
import type { DatasetEntry, PublishedFile } from "./entry.ts";
import { registry } from "./registry.ts";
import { sizeOf } from "./transfer.ts";
import { looksUnpacked } from "./unpacked.ts";

export interface ListedDataset extends DatasetEntry {
  /** Whether all of it lies in `folder`, to go by the names and sizes of its files. */
  readonly present: boolean;
  /** Where `fetchDataset` puts it unless told otherwise. */
  readonly folder: string;
}

/** The data sets of the registry, and whether each has been fetched. Throws StorageError. */
export const listDatasets = (): Promise<readonly ListedDataset[]> =>
  Promise.all(
    registry.map(async (entry) => {
      const folder = cacheFolder(entry.name);
      const there = await Promise.all(entry.files.map((file) => isThere(folder, file)));
      return { ...entry, folder, present: there.every(Boolean) };
    }),
  );

const isThere = async (folder: string, file: PublishedFile): Promise<boolean> =>
  file.unpack ? looksUnpacked(folder, file) : (await sizeOf(join(folder, file.name))) === file.bytes;
