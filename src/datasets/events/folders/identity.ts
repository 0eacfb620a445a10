/** Which files a split was decoded from. Node only. */
import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { onDisk } from "../../../storage.ts";
import { type DataFile, grouped } from "../../dataset.ts";
import type { Split } from "../../format.ts";
import type { EventSet } from "./event-set.ts";

/** A file by its path below the set's folder: its size and time of change tell whether it is the one that was decoded. */
export interface FileIdentity {
  readonly path: string;
  readonly size: number;
  readonly mtimeMs: number;
}

/** The files of these recordings. Throws StorageError where one is missing. */
export const identify = (
  { beside }: EventSet,
  folder: string,
  paths: readonly string[],
): Promise<readonly FileIdentity[]> =>
  Promise.all(
    paths
      .flatMap((path) => (beside ? [path, beside(path)] : [path]))
      .map(async (path) => {
        const file = join(folder, path);
        const { size, mtimeMs } = await onDisk({ file }, () => stat(file));
        return { path, size, mtimeMs };
      }),
  );

/** All files of a split as one entry: there may be tens of thousands. */
export const asDataFile = (split: Split, files: readonly FileIdentity[]): DataFile => ({
  name: `${split}, ${grouped(files.length)} files`,
  sha256: createHash("sha256").update(JSON.stringify(files)).digest("hex"),
  bytes: files.reduce((sum, { size }) => sum + size, 0),
});
