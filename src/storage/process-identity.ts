/** Which process of which machine: process numbers alone repeat in every container. Node only. */
import { readFile, readlink } from "node:fs/promises";
import { hostname } from "node:os";
import * as z from "zod";

export const identitySchema = z.strictObject({
  /** The host's name, for messages. */
  host: z.string(),
  /** Scope in which process numbers are unique: on Linux the boot and the PID namespace, elsewhere the host. */
  space: z.string(),
  pid: z.int().min(1),
  /** Start time of the process, in the system's ticks since the boot; empty where the system does not say. */
  started: z.string(),
});

export type ProcessIdentity = Readonly<z.infer<typeof identitySchema>>;

let own: Promise<ProcessIdentity> | undefined;

/** This process; read once, as every file that is written names its writer. */
export const ownIdentity = (): Promise<ProcessIdentity> => {
  own ??= readOwnIdentity();
  return own;
};

const readOwnIdentity = async (): Promise<ProcessIdentity> => {
  const [boot, namespace] = await Promise.all([
    readFile("/proc/sys/kernel/random/boot_id", "utf8").catch(() => ""),
    readlink("/proc/self/ns/pid").catch(() => ""),
  ]);
  const host = hostname();
  const space = boot && namespace ? `${boot.trim()} ${namespace}` : host;
  return { host, space, pid: process.pid, started: (await statusOf(process.pid))?.started ?? "" };
};

/** Whether the process runs, which must be one of this process's own space. */
export const isRunning = async ({ pid, started }: Pick<ProcessIdentity, "pid" | "started">) => {
  if (!isThere(pid)) return false;
  const status = await statusOf(pid);
  if (status === undefined) return true;
  // A zombie has ended. Another start time: the number was given to another process.
  return status.state !== "Z" && (started === "" || started === status.started);
};

const isThere = (pid: number): boolean => {
  try {
    // Signal 0 is none: it only asks for the process.
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    // A process of another user may not be asked, and is there.
    return (cause as NodeJS.ErrnoException).code === "EPERM";
  }
};

/** State and start time of a process, on Linux: proc(5), fields 3 and 22. */
const statusOf = async (
  pid: number,
): Promise<{ readonly state: string; readonly started: string } | undefined> => {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  // The state follows the program's name, which stands in parentheses and may hold some itself.
  const fields = stat
    ?.slice(stat.lastIndexOf(")") + 1)
    .trim()
    .split(" ");
  return fields && { state: fields[0]!, started: fields[19] ?? "" };
};
