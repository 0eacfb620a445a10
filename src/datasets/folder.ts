/** Contents of a folder. Node only. */

import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { onDisk } from "../storage/files.ts";

/** The names that are not hidden. */
export const visible = (names: ReadonlySet<string>): string[] =>
  [...names].filter((name) => !name.startsWith("."));

/** The names in a folder; those of folders, and of links to folders, end in "/". Throws StorageError. */
export const namesIn = async (folder: string, hint?: Parameters<typeof onDisk>[2]): Promise<Set<string>> => {
  const entries = await onDisk(
    `reading the data folder ${folder}`,
    () => readdir(folder, { withFileTypes: true }),
    hint,
  );
  const names = entries.map(async (entry) => {
    const isFolder = entry.isSymbolicLink()
      ? await stat(join(folder, entry.name)).then(
          (target) => target.isDirectory(),
          () => false,
        )
      : entry.isDirectory();
    return isFolder ? `${entry.name}/` : entry.name;
  });
  return new Set(await Promise.all(names));
};
