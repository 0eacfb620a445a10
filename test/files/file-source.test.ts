import { appendFile, mkdir, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DataError, StorageError } from "../../src/errors.ts";
import { memorySource } from "../../src/files/byte-source.ts";
import { fileSource } from "../../src/files/file-source.ts";
import { emptyFolder } from "../datasets/folder.ts";

const bytes = Uint8Array.from({ length: 200_000 }, (_, i) => (i * 7 + (i >> 8)) % 256);

const written = async (): Promise<string> => {
  const path = join(await emptyFolder(), "file");
  await writeFile(path, bytes);
  return path;
};

describe("sources of bytes", () => {
  it.each([
    ["a file", async () => fileSource(await written())],
    ["memory", async () => memorySource("x", bytes)],
  ])("read %s at any place, and less only at its end", async (_, open) => {
    const source = await open();
    expect(source.size).toBe(bytes.length);
    for (const [start, end] of [
      [0, 10],
      [65_530, 65_536],
      [65_530, 65_546],
      [199_990, 300_000],
      [100, 190_000],
      [200_000, 200_010],
      [0, 200_000],
    ] as const) {
      expect(Buffer.compare(await source.read(start, end), bytes.subarray(start, end))).toBe(0);
    }
  });

  it("are files by their path, memory by its name", async () => {
    const path = await written();
    expect(await fileSource(path)).toMatchObject({ name: path, path });
    expect(memorySource("x", bytes)).not.toHaveProperty("path");
  });

  it("refuse a file that was changed, cut, replaced or removed since", async () => {
    const changes: ((path: string) => Promise<unknown>)[] = [
      (path) => appendFile(path, "more"),
      (path) => writeFile(path, bytes.subarray(0, 150_000)),
      (path) => utimes(path, 0, 0),
      async (path) => {
        const { atime, mtime } = await stat(path);
        await writeFile(`${path}.new`, bytes);
        await utimes(`${path}.new`, atime, mtime);
        await rename(`${path}.new`, path);
      },
    ];
    for (const change of changes) {
      const path = await written();
      await utimes(path, 1000, 1000);
      const source = await fileSource(path);
      await change(path);
      await expect(source.read(100_000, 160_000)).rejects.toThrow(DataError);
      await expect(source.read(100_000, 160_000)).rejects.toThrow(/changed or replaced while it was read/);
    }
    const path = await written();
    const source = await fileSource(path);
    await rm(path);
    await expect(source.read(100_000, 160_000)).rejects.toThrow(StorageError);
  });

  it("refuse what is no file", async () => {
    const folder = await emptyFolder();
    await mkdir(join(folder, "sub"));
    await expect(fileSource(join(folder, "none"))).rejects.toThrow(StorageError);
    await expect(fileSource(join(folder, "sub"))).rejects.toThrow(/got a folder; expected a file/);
    await expect(fileSource("/dev/zero")).rejects.toThrow(/got a pipe or device; expected a file/);
  });
});
