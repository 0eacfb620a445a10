/**
 * One process at a time writes into a folder. Each puts a file there that is named after its process number, and only
 * then looks for those of others: of two that start together both may be refused, never neither. A killed process
 * leaves its file, which counts no longer. Processes of other machines and containers are not seen.
 */
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { makeFolder, onDisk } from "./files.ts";

const NAME = /^lock-(\d+)$/;

/** Whether a file of a folder is the lock of some process. */
export const isLock = (name: string): boolean => NAME.test(name);

/** The lock of a process in a folder. */
const lockOf = (folder: string, pid: number): string => join(folder, `lock-${pid}`);

/** Folders that this process writes into. */
const held = new Set<string>();

/**
 * The result of `work`, during which no other process writes into `folder`, which is made if it isn't there. Where one
 * does already, throws what `refusal` makes of its number and of what to do.
 */
export const withFolderLock = async <T>(
  folder: string,
  refusal: (pid: number, remedy: string) => Error,
  work: () => Promise<T>,
): Promise<T> => {
  const place = resolve(folder);
  const refuse = (pid: number): never => {
    const lock = lockOf(place, pid);
    throw refusal(pid, `Wait for that process to end; if it does something else, remove ${lock}.`);
  };
  if (held.has(place)) refuse(process.pid);
  held.add(place);
  const lock = lockOf(place, process.pid);
  try {
    await makeFolder(place);
    await onDisk(`writing ${lock}`, () => writeFile(lock, ""));
    const other = await otherProcess(place);
    if (other !== undefined) refuse(other);
    return await work();
  } finally {
    held.delete(place);
    await rm(lock, { force: true }).catch(() => {});
  }
};

/** Another process that is alive and has a lock there, if any; the locks of those that ended are removed. */
const otherProcess = async (folder: string): Promise<number | undefined> => {
  for (const name of await onDisk(`reading ${folder}`, () => readdir(folder))) {
    const pid = Number(NAME.exec(name)?.[1] ?? process.pid);
    if (pid === process.pid) continue;
    if (isAlive(pid) && !(await isZombie(pid))) return pid;
    await onDisk(`removing ${name}`, () => rm(join(folder, name), { force: true }));
  }
  return undefined;
};

const isAlive = (pid: number): boolean => {
  try {
    // Signal 0 is none: it only asks for the process.
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    // A process of another user may not be asked, and is there.
    return (cause as NodeJS.ErrnoException).code === "EPERM";
  }
};

/** Whether a process has ended and only its parent has not asked how; told on Linux alone. */
const isZombie = (pid: number): Promise<boolean> =>
  readFile(`/proc/${pid}/stat`, "utf8").then(
    // The state follows the program's name, which stands in parentheses and may hold some itself.
    (stat) =>
      stat
        .slice(stat.lastIndexOf(")") + 1)
        .trimStart()
        .startsWith("Z"),
    () => false,
  );
