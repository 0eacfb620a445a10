/** Folders are made with those above them, or refused: never waited for. */
import { spawnSync } from "node:child_process";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { StorageError } from "../../src/errors.ts";
import { makeFolder, removeLeftovers, replaceFile } from "../../src/storage/files.ts";
import { emptyFolder } from "../datasets/folder.ts";

describe("a folder", () => {
  test("is made with those above it, whether it is there or not", async () => {
    const folder = await emptyFolder();
    for (let time = 0; time < 2; time++) await makeFolder(join(folder, "a/b/c"));
    expect(await readdir(join(folder, "a/b"))).toEqual(["c"]);
    // Any of them may find that another has made its parent in the meantime.
    for (let time = 0; time < 100; time++) {
      const parent = join(folder, `new-${time}/one`);
      await Promise.all(["x", "y", "z"].map((name) => makeFolder(join(parent, name))));
      expect(await readdir(parent)).toEqual(["x", "y", "z"]);
    }
  });

  test("is refused where a file stands", async () => {
    const folder = await emptyFolder();
    await writeFile(join(folder, "file"), "");
    await expect(makeFolder(join(folder, "file"))).rejects.toThrow(StorageError);
    await expect(makeFolder(join(folder, "file/below"))).rejects.toThrow(/making .*below/);
  });

  test.runIf(process.platform === "linux")("is refused where nobody can make one", async () => {
    await expect(makeFolder("/proc/neural-sampling/runs")).rejects.toThrow(StorageError);
  });
});

describe("a file that is replaced", () => {
  test("by several writers of one process is one of theirs, whole, and no part is left", async () => {
    const folder = await emptyFolder();
    const file = join(folder, "file");
    const texts = Array.from({ length: 20 }, (_, k) => String(k).repeat(100_000 + k));
    await Promise.all(texts.map((text) => replaceFile(file, text)));
    expect(texts).toContain(await readFile(file, "utf8"));
    expect(await readdir(folder)).toEqual(["file"]);
  });

  test("by a writer that fails is what it was, and no part is left", async () => {
    const folder = await emptyFolder();
    const file = join(folder, "file");
    await writeFile(file, "before");
    // biome-ignore lint/correctness/useYield: it fails before
    const pieces = async function* (): AsyncGenerator<Uint8Array> {
      throw new Error("no pieces");
    };
    await expect(replaceFile(file, pieces())).rejects.toThrow(StorageError);
    expect(await readFile(file, "utf8")).toBe("before");
    expect(await readdir(folder)).toEqual(["file"]);
  });

  test("leaves parts behind when it is killed, of this version or before, which are removed later", async () => {
    const folder = await emptyFolder();
    const ended = spawnSync(process.execPath, ["--version"]).pid;
    // The last has this process's number, as in a container that was started anew.
    const writers = ["1a2b3c4d5e6f", "123", `${ended}--1a2b`, `${process.pid}-5-1a2b`];
    for (const writer of writers) await writeFile(join(folder, `file.${writer}.nsm-part`), "");
    await writeFile(join(folder, "file"), "");
    await removeLeftovers(folder);
    expect(await readdir(folder)).toEqual(["file"]);
  });

  test("keeps its part while others clean up", async () => {
    const folder = await emptyFolder();
    const pieces = async function* (): AsyncGenerator<Uint8Array> {
      yield new Uint8Array([1]);
      await removeLeftovers(folder);
      yield new Uint8Array([2]);
    };
    await replaceFile(join(folder, "file"), pieces());
    expect([...(await readFile(join(folder, "file")))]).toEqual([1, 2]);
  });
});
