/** Checks that folders of new runs and learners are empty. */
import { readdir } from "node:fs/promises";
import { CheckpointError } from "../errors.ts";
import { isLeftover, onDisk } from "./files.ts";
import { isLock } from "./folder-lock.ts";

export interface EmptyFolderWords {
  readonly subject: string;
  readonly expected: string;
  /** The file that marks a folder of the same kind. */
  readonly own: string;
  /** How to resume what such a folder holds. */
  readonly resume: string;
}

/** Throws CheckpointError for a folder that holds anything but locks and half-written files. */
export const requireEmpty = async (
  folder: string,
  { subject, expected, own, resume }: EmptyFolderWords,
): Promise<void> => {
  const names = await onDisk(`reading ${folder}`, () => readdir(folder));
  const contents = names.filter((name) => !isLock(name) && !isLeftover(name));
  if (contents.length === 0) return;
  throw new CheckpointError(subject, {
    given: `a folder that holds ${contents.slice(0, 3).join(", ")}${contents.length > 3 ? ", ..." : ""}`,
    expected,
    remedy: contents.includes(own) ? `${resume}, or name another folder.` : "Name another folder.",
  });
};
