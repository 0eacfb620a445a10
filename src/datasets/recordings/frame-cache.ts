/**
 * Decoded frames, cached on disk: a file for each framing and each collection of files, named after the checksum of
 * both, the files by their contents (identity.ts). Node only.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { DataError, StorageError } from "../../errors.ts";
import { openNpz } from "../../files/arrays/npz.ts";
import { writeNpz } from "../../files/arrays/npz-write.ts";
import { fileSource } from "../../files/file-source.ts";
import { makeFolder } from "../../storage/files.ts";
import { cacheFolder } from "../fetching/cache-folder.ts";

/** [count, ...] as bytes, with a label each. */
export interface LabelledFrames {
  readonly images: Uint8Array;
  readonly labels: Uint8Array;
}

/** Version of the frames: raised when the same framing makes other frames. */
const EDITION = 1;

/**
 * The frames cached under the key `content`, any JSON value; else those that `make` makes, which are then cached. A
 * file that is damaged is replaced; failure to write the cache is ignored.
 */
export const cachedFrames = async (
  content: unknown,
  make: () => Promise<LabelledFrames>,
): Promise<LabelledFrames> => {
  const key = createHash("sha256")
    .update(JSON.stringify([EDITION, content]))
    .digest("hex");
  const folder = cacheFolder("frames");
  const file = join(folder, `${key}.npz`);
  const kept = await readFrames(file).catch(unlessUnreadable);
  if (kept) return kept;
  const frames = await make();
  await writeFrames(folder, file, frames).catch(unlessUnreadable);
  return frames;
};

/** Ignores a missing file, missing rights or space, and damage: the cache is optional. */
const unlessUnreadable = (cause: unknown): undefined => {
  if (cause instanceof StorageError || cause instanceof DataError) return undefined;
  throw cause;
};

const readFrames = async (file: string): Promise<LabelledFrames> => {
  const npz = await openNpz(await fileSource(file));
  const [images, labels] = [await npz.read("images"), await npz.read("labels")];
  return { images: images.data as Uint8Array, labels: labels.data as Uint8Array };
};

const writeFrames = async (
  folder: string,
  file: string,
  { images, labels }: LabelledFrames,
): Promise<void> => {
  await makeFolder(folder);
  const bytes = (data: Uint8Array) => ({ type: "u1", shape: [data.length], data }) as const;
  await writeNpz(file, { images: bytes(images), labels: bytes(labels) });
};
