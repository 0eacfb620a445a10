import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";

/** An empty folder that goes away with the test. */
export const emptyFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), "nsm-datasets-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
};

/** A folder with these files, by their paths below it. */
export const folderOf = async (files: Readonly<Record<string, Uint8Array>>): Promise<string> => {
  const folder = await emptyFolder();
  for (const [name, bytes] of Object.entries(files)) {
    await mkdir(join(folder, dirname(name)), { recursive: true });
    await writeFile(join(folder, name), bytes);
  }
  return folder;
};
