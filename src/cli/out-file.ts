/** Files that commands write. */
import { stat } from "node:fs/promises";
import { dirname, extname } from "node:path";
import { StorageError, UsageError } from "../errors.ts";
import { onDisk } from "../storage/files.ts";

/** Refuses a place for a file before it takes work to make the file: renaming over a device or pipe would replace it. */
export const requireFile = async (path: string): Promise<void> => {
  const subject = `writing ${path}`;
  const entry = await stat(path).catch(() => undefined);
  if (entry?.isFile()) return;
  if (!entry) return void (await onDisk(subject, () => stat(dirname(path))));
  throw new StorageError(subject, {
    given: entry.isDirectory() ? "a folder" : "a pipe or device",
    expected: "a new file, or one to replace",
    remedy: "Choose another path.",
  });
};

const refuse = (path: string, given: string, expected: string): never => {
  throw new UsageError(`writing ${path}`, { given, expected, remedy: "Choose another path for --out." });
};

/** Refuses a name that is another kind's. */
export const requireEnding = (path: string, ending: string): void => {
  const own = extname(path);
  if (own !== "" && own.toLowerCase() !== ending)
    refuse(path, `a name that ends in ${own}`, `one that ends in ${ending}, as which it is written`);
};

/** As `requireFile` and `requireEnding`, and refuses the file that is read. */
export const requireOtherFile = async (path: string, input: string, ending: string): Promise<void> => {
  await requireFile(path);
  const [out, given] = await Promise.all([path, input].map((each) => stat(each).catch(() => undefined)));
  if (out && given && out.ino === given.ino && out.dev === given.dev)
    refuse(path, "the file that is read", "another one");
  requireEnding(path, ending);
};
