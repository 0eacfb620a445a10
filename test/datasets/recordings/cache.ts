import { vi } from "vitest";
import { emptyFolder } from "../folder.ts";

/** An empty cache of the test's own; returns where decoded frames are kept. */
export const emptyCache = async (): Promise<string> => {
  const base = await emptyFolder();
  vi.stubEnv("XDG_CACHE_HOME", base);
  return `${base}/neural-sampling/frames`;
};
