/** New runs and learners are written into folders that hold nothing else. */
import { readdir } from "node:fs/promises";
import { CheckpointError } from "../errors.ts";
import { isLeftover, onDisk } from "./files.ts";
import { isLock } from "./folder-lock.ts";

export interface EmptyFolderWords {
  readonly subject: string;
  readonly expected: string;
  /** The file that tells a folder of the same kind, and how to go on with what is there. */
  readonly own: string;
  readonly goOn: string;
}

/** Throws CheckpointError for a folder that holds anything but locks and what a killed writer left. */
export const requireEmpty = async (
  folder: string,
  { subject, expected, own, goOn }: EmptyFolderWords,
): Promise<void> => {
  const contents = (await onDisk(`reading ${folder}`, () => readdir(folder))).filter(
    (name) => !isLock(name) && !isLeftover(name),
  );
  if (contents.length === 0) return;
  throw new CheckpointError(subject, {
    given: `a folder that holds ${contents.slice(0, 3).join(", ")}${contents.length > 3 ? ", ..." : ""}`,
    expected,
    remedy: contents.includes(own) ? `${goOn}, or name another folder.` : "Name another folder.",
  });
};
