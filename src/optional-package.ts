/** Packages that `npm install --omit=optional` leaves out. Node only. */
import { createRequire } from "node:module";
import { PackageError } from "./errors.ts";

const require = createRequire(import.meta.url);

const isInstalled = (name: string): boolean => {
  try {
    require.resolve(name);
    return true;
  } catch (cause) {
    // Any other failure means that the package is installed but has no entry for `require`.
    return (cause as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND";
  }
};

/** Throws PackageError if a package in `names` is not installed; `work` is the subject of the message. */
export const requirePackages = (work: string, names: readonly string[]): void => {
  const missing = names.filter((name) => !isInstalled(name));
  if (missing.length === 0) return;
  throw new PackageError(work, {
    given: `an installation without ${missing.join(" and ")}`,
    expected: "the package's optional dependencies",
    remedy: "Run `npm install` again without --omit=optional.",
  });
};
