/** Files that commands write. */
import { stat } from "node:fs/promises";
import { dirname, extname } from "node:path";
import { StorageError, UsageError } from "../errors.ts";
import { onDisk } from "../storage/files.ts";

/**
 * Checks that a file can be written at `path`, before the work of making it: renaming over a device or pipe would replace
 * it. Throws StorageError.
 */
export const requireFile = async (path: string): Promise<void> => {
  const subject = `writing ${path}`;
  const entry = await stat(path).catch(() => undefined);
  if (entry?.isFile()) return;
  if (!entry)
    return void (await onDisk(subject, () => stat(dirname(path)), {
      expected: "a file in a folder that exists",
      remedy: "Make the folder first, or choose another path.",
    }));
  throw new StorageError(subject, {
    given: entry.isDirectory() ? "a folder" : "a pipe or device",
    expected: "a new file, or one to replace",
    remedy: "Choose another path.",
  });
};

const refuse = (path: string, given: string, expected: string): never => {
  throw new UsageError(`writing ${path}`, { given, expected, remedy: "Choose another path for --out." });
};

/** Throws UsageError for a file name with another ending. A name without an ending is accepted. */
export const requireEnding = (path: string, ending: string): void => {
  const own = extname(path);
  if (own !== "" && own.toLowerCase() !== ending)
    refuse(path, `a name that ends in ${own}`, `a name that ends in ${ending}`);
};

/** Checks as `requireFile` and `requireEnding` do, and throws UsageError if `path` is the input file. */
export const requireOtherFile = async (path: string, input: string, ending: string): Promise<void> => {
  await requireFile(path);
  const [out, given] = await Promise.all([path, input].map((each) => stat(each).catch(() => undefined)));
  if (out && given && out.ino === given.ino && out.dev === given.dev)
    refuse(path, "the input file", "another file");
  requireEnding(path, ending);
};
