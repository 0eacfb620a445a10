/** Folders are made with those above them, or refused: never waited for. */
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { StorageError } from "../../src/errors.ts";
import { makeFolder } from "../../src/storage/files.ts";
import { emptyFolder } from "../datasets/folder.ts";

describe("a folder", () => {
  test("is made with those above it, whether it is there or not", async () => {
    const folder = await emptyFolder();
    for (let time = 0; time < 2; time++) await makeFolder(join(folder, "a/b/c"));
    expect(await readdir(join(folder, "a/b"))).toEqual(["c"]);
    await Promise.all(["x", "y", "z"].map((name) => makeFolder(join(folder, "new/one", name))));
    expect(await readdir(join(folder, "new/one"))).toEqual(["x", "y", "z"]);
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
