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

/** Names in a folder, but for locks and half-written files. */
export const contentsOf = async (folder: string): Promise<readonly string[]> => {
  const names = await onDisk(`reading ${folder}`, () => readdir(folder));
  return names.filter((name) => !isLock(name) && !isLeftover(name));
};

/** Throws CheckpointError for a folder that holds anything but locks and half-written files. */
export const requireEmpty = async (
  folder: string,
  { subject, expected, own, resume }: EmptyFolderWords,
): Promise<void> => {
  const contents = await contentsOf(folder);
  if (contents.length === 0) return;
  throw new CheckpointError(subject, {
    given: `a folder that holds ${contents.slice(0, 3).join(", ")}${contents.length > 3 ? ", ..." : ""}`,
    expected,
    remedy: contents.includes(own) ? `${resume}, or name another folder.` : "Name another folder.",
  });
};
