/**
 * One process at a time writes into a run's folder. Each puts a file there that is named after its process number, and
 * only then looks for those of others: of two that start together both may be refused, never neither. A killed process
 * leaves its file, which counts no longer. Processes of other machines and containers are not seen.
 */
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { CheckpointError } from "../errors.ts";
import { onDisk } from "../storage.ts";

const NAME = /^lock-(\d+)$/;

/** Whether a file of a run's folder is the lock of some process. */
export const isLock = (name: string): boolean => NAME.test(name);

/** Folders that this process writes into. */
const held = new Set<string>();

/**
 * The result of `work`, during which no other process writes into `folder`, which is made if it isn't there. Throws
 * CheckpointError if one does already.
 */
export const withRunLock = async <T>(folder: string, work: () => Promise<T>): Promise<T> => {
  const place = resolve(folder);
  if (held.has(place)) refuse(place, process.pid);
  held.add(place);
  const lock = join(place, `lock-${process.pid}`);
  try {
    await onDisk(`making ${folder}`, () => mkdir(place, { recursive: true }));
    await onDisk(`writing ${lock}`, () => writeFile(lock, ""));
    await requireAlone(place);
    return await work();
  } finally {
    held.delete(place);
    await rm(lock, { force: true }).catch(() => {});
  }
};

/** Removes the locks of processes that ended; throws CheckpointError if another one is alive. */
const requireAlone = (folder: string): Promise<void> =>
  onDisk(`reading ${folder}`, () => readdir(folder)).then(async (names) => {
    for (const name of names) {
      const pid = Number(NAME.exec(name)?.[1] ?? process.pid);
      if (pid === process.pid) continue;
      if (isAlive(pid) && !(await isZombie(pid))) refuse(folder, pid);
      await onDisk(`removing ${name}`, () => rm(join(folder, name), { force: true }));
    }
  });

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

const refuse = (folder: string, pid: number): never => {
  throw new CheckpointError(`training in ${folder}`, {
    given: `a run that process ${pid} is training`,
    expected: "a run that no other process is training",
    remedy: `Wait for that process to end; if it does something else, remove ${join(folder, `lock-${pid}`)}.`,
  });
};
