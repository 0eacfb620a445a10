/** One process at a time trains a run. */
import { resolve } from "node:path";
import { CheckpointError } from "../../errors.ts";
import { withFolderLock } from "../../storage/folder-lock.ts";

/**
 * The result of `work`, during which no other process writes into the run's `folder`, which is made if it isn't there.
 * Throws CheckpointError if one does already.
 */
export const withRunLock = <T>(folder: string, work: () => Promise<T>): Promise<T> =>
  withFolderLock(
    folder,
    (owner, remedy) =>
      new CheckpointError(`training in ${resolve(folder)}`, {
        given: `a run that ${owner} is training`,
        expected: "a run that no other process is training",
        remedy,
      }),
    work,
  );
