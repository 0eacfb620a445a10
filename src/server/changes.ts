/** Changes of the runs in a folder, watched while somebody listens. */

import { type RunSummary, readRunSummary, stampOf } from "./run-documents.ts";
import { findRuns } from "./runs-folder.ts";

/** What changed since the last message. */
export interface RunChanges {
  readonly changed: readonly RunSummary[];
  /** Names of runs that are no longer there. */
  readonly gone: readonly string[];
}

export interface Watch {
  /** Looks soon, instead of at the next beat. */
  hurry(): void;
  close(): void;
}

/** Shortest time between two looks, in milliseconds, and part of the time that looking may take. */
const BEAT_MS = 500;
const SHARE = 0.2;

/**
 * Looks for changes of the runs in `folder` and tells `listener` of them; at first it tells of all runs, also if
 * there are none. It compares
 * sizes and dates of files, which works on every file system, and waits after each look in proportion to the time that
 * it took.
 */
export const watchRuns = (folder: string, listener: (changes: RunChanges) => void): Watch => {
  const known = new Map<string, string>();
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  let isLooking = false;
  let isHurried = false;
  let isFirst = true;

  const look = async (): Promise<void> => {
    isLooking = true;
    isHurried = false;
    const began = performance.now();
    const { names } = await findRuns(folder);
    const changed: RunSummary[] = [];
    for (const name of names) {
      const stamp = await stampOf(folder, name);
      if (known.get(name) === stamp) continue;
      known.set(name, stamp);
      changed.push(await readRunSummary(folder, name));
    }
    const here = new Set(names);
    const gone = [...known.keys()].filter((name) => !here.has(name));
    for (const name of gone) known.delete(name);
    isLooking = false;
    if (isClosed) return;
    if (isFirst || changed.length + gone.length > 0) listener({ changed, gone });
    isFirst = false;
    const took = performance.now() - began;
    wait(isHurried ? 0 : Math.max(BEAT_MS, took / SHARE));
  };
  const wait = (milliseconds: number): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void look(), milliseconds);
    timer.unref();
  };
  void look();
  return {
    hurry() {
      isHurried = true;
      if (!isClosed && !isLooking) wait(0);
    },
    close() {
      isClosed = true;
      clearTimeout(timer);
    },
  };
};
