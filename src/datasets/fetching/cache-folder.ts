/** Folders of fetched data. Node only. */

import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

/**
 * The folder for the data set of that name: `$XDG_CACHE_HOME/neural-sampling/NAME`, or under `~/.cache` where the
 * variable is unset or, as the XDG base directory specification says, not absolute.
 */
export const cacheFolder = (name: string, environment: NodeJS.ProcessEnv = process.env): string => {
  const base = environment.XDG_CACHE_HOME ?? "";
  return join(isAbsolute(base) ? base : join(homedir(), ".cache"), "neural-sampling", name);
};
