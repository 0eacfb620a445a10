/** Imported first by the package's entry: refuses releases of Node that lack what the other modules use. */

/** The oldest release that runs the package; package.json states the same under "engines". */
const OLDEST = [20, 12] as const;

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);

// A plain Error: the typed ones are modules of this package, which may not load here.
if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]))
  throw new Error(
    `neural-sampling: got Node ${process.versions.node}; expected ${OLDEST.join(".")} or later. Install a newer release.`,
  );
