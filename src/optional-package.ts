/** Packages that `npm install --omit=optional` leaves out. Node only. */
import { createRequire } from "node:module";
import { PackageError } from "./errors.ts";

const require = createRequire(import.meta.url);

const isInstalled = (name: string): boolean => {
  try {
    require.resolve(name);
    return true;
  } catch (cause) {
    // Any other failure shows that the package is there and resolves differently for `import`.
    return (cause as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND";
  }
};

/** Throws PackageError if one of the packages that `work` needs is not installed. */
export const requirePackages = (work: string, names: readonly string[]): void => {
  const missing = names.filter((name) => !isInstalled(name));
  if (missing.length === 0) return;
  throw new PackageError(work, {
    given: `an installation without ${missing.join(" and ")}`,
    expected: "the package's optional dependencies",
    remedy: "Run `npm install` again without --omit=optional.",
  });
};
