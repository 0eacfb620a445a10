/** Locks of other processes, machines and containers: those that count are respected, those that don't are removed. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { folderOwner, withFolderLock } from "../../src/storage/folder-lock.ts";
import { ownIdentity, type ProcessIdentity } from "../../src/storage/process-identity.ts";
import { emptyFolder } from "../datasets/folder.ts";

const locked = <T>(folder: string, work: () => Promise<T>): Promise<T> =>
  withFolderLock(folder, (owner, remedy) => new Error(`${owner} has it. ${remedy}`), work);

const writeLock = async (folder: string, identity: ProcessIdentity, secondsAgo = 0): Promise<string> => {
  const file = join(folder, `lock-${identity.pid}-00c0ffee`);
  await writeFile(file, JSON.stringify(identity));
  const time = Date.now() / 1000 - secondsAgo;
  await utimes(file, time, time);
  return file;
};

const endedProcess = (): number => spawnSync(process.execPath, ["-e", ""]).pid;

test("a lock names its process, and is gone after the work, whether that fails or not", async () => {
  const folder = await emptyFolder();
  await locked(folder, async () => {
    const [name] = await readdir(folder);
    expect(JSON.parse(await readFile(join(folder, name!), "utf8"))).toEqual(await ownIdentity());
  });
  expect(await readdir(folder)).toEqual([]);
  const failing = locked(folder, () => Promise.reject(new Error("failed")));
  await expect(failing).rejects.toThrow("failed");
  expect(await readdir(folder)).toEqual([]);
});

test("a folder's owner is told without a lock, and changes nothing", async () => {
  const folder = await emptyFolder();
  expect(await folderOwner(folder)).toBeUndefined();
  await withFolderLock(
    folder,
    () => new Error("refused"),
    async () => {
      const before = await readdir(folder);
      expect(await folderOwner(folder)).toBe(`process ${process.pid}`);
      expect(await readdir(folder)).toEqual(before);
    },
  );
  const ended = spawnSync(process.execPath, ["-e", ""]).pid;
  await writeFile(join(folder, `lock-${ended}`), "");
  expect(await folderOwner(folder)).toBeUndefined();
  expect(await readdir(folder)).toEqual([`lock-${ended}`]);
});

test("two calls of one process: the second is refused", async () => {
  const folder = await emptyFolder();
  const outcomes = await Promise.allSettled([locked(folder, async () => 1), locked(folder, async () => 2)]);
  expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
});

describe("another machine or container", () => {
  const elsewhere = async (): Promise<ProcessIdentity> => ({
    ...(await ownIdentity()),
    ...{ host: "another-container", space: "other-boot pid:[1]" },
  });

  test("whose process has the number of this one keeps its lock", async () => {
    const folder = await emptyFolder();
    await writeLock(folder, await elsewhere());
    const own = locked(folder, async () => 1);
    await expect(own).rejects.toThrow(`process ${process.pid} on another-container has it`);
  });

  test("whose process has a number that none has here keeps its lock", async () => {
    const folder = await emptyFolder();
    const file = await writeLock(folder, { ...(await elsewhere()), pid: endedProcess() });
    await expect(locked(folder, async () => 1)).rejects.toThrow("its lock no longer counts");
    expect(await readdir(folder)).toEqual([file.slice(folder.length + 1)]);
  });

  test("that was killed blocks no longer than its lock is fresh", async () => {
    const folder = await emptyFolder();
    await writeLock(folder, await elsewhere(), 31);
    expect(await locked(folder, async () => readdir(folder))).toHaveLength(1);
    expect(await readdir(folder)).toEqual([]);
  });

  test("that has made its lock and not written it yet keeps it", async () => {
    const folder = await emptyFolder();
    await writeFile(join(folder, "lock-1-00c0ffee"), "");
    await expect(locked(folder, async () => 1)).rejects.toThrow("process 1 on");
  });
});

describe("another process of this machine", () => {
  test("keeps its lock while it runs, however old that is, and loses it when it is killed", async () => {
    const folder = await emptyFolder();
    const other = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60_000)"]);
    await once(other, "spawn");
    await writeLock(folder, { ...(await ownIdentity()), pid: other.pid!, started: "" }, 1e6);
    await expect(locked(folder, async () => 1)).rejects.toThrow(`process ${other.pid} has it`);
    other.kill("SIGKILL");
    await once(other, "exit");
    expect(await locked(folder, async () => 1)).toBe(1);
    expect(await readdir(folder)).toEqual([]);
  });

  test.runIf(process.platform === "linux")(
    "whose number now belongs to a later process counts as ended",
    async () => {
      const folder = await emptyFolder();
      await writeLock(folder, { ...(await ownIdentity()), pid: process.ppid, started: "1" });
      expect(await locked(folder, async () => 1)).toBe(1);
    },
  );

  test("is refused while this one works", async () => {
    const folder = await emptyFolder();
    const script = `
      import { folderOwner, withFolderLock } from ${JSON.stringify(new URL("../../src/storage/folder-lock.ts", import.meta.url).href)};
      const refuse = (owner) => new Error(owner);
      await withFolderLock(process.argv[1], refuse, async () => {}).then(() => console.log("in"), (e) => console.log(e.message));`;
    const enter = () =>
      spawnSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script, folder], {
        encoding: "utf8",
      });
    await locked(folder, async () => expect(enter().stdout).toBe(`process ${process.pid}\n`));
    expect(enter().stdout).toBe("in\n");
  });
});

test("a process of version 0.1, which wrote empty locks, is respected as far as it is seen", async () => {
  const folder = await emptyFolder();
  const file = join(folder, `lock-${process.ppid}`);
  await writeFile(file, "");
  await expect(locked(folder, async () => 1)).rejects.toThrow(`remove ${file}`);
  const ended = join(folder, `lock-${endedProcess()}`);
  await writeFile(ended, "");
  await expect(locked(folder, async () => 1)).rejects.toThrow(`process ${process.ppid} has it`);
});
