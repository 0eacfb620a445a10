/**
 * Version check, imported first by the package's entry: throws on Node releases that lack what the other
 * modules use.
 */

/** The oldest supported Node release; the same as "engines" in package.json. */
const OLDEST = [20, 12] as const;

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);

// A plain Error, because the modules of the typed errors may not load in this release.
if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]))
  throw new Error(
    `neural-sampling: got Node ${process.versions.node}; expected ${OLDEST.join(".")} or later. Install a newer release.`,
  );
