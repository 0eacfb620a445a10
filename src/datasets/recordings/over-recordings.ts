/** Work on many recordings. */

/** Recordings that are read at once: while one is decoded, others come from the disk. */
const AT_ONCE = 8;

/** The results of `work` on each recording, in their order. Ends with the first that fails. */
export const overRecordings = async <T>(
  paths: readonly string[],
  work: (path: string, k: number) => Promise<T>,
): Promise<readonly T[]> => {
  const results: T[] = new Array(paths.length);
  let next = 0;
  let failed = false;
  const go = async (): Promise<void> => {
    for (let k = next++; k < paths.length && !failed; k = next++) results[k] = await work(paths[k]!, k);
  };
  const fail = (cause: unknown): never => {
    failed = true;
    throw cause;
  };
  await Promise.all(Array.from({ length: AT_ONCE }, () => go().catch(fail)));
  return results;
};
