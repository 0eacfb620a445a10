/** Policies for damage: opening a data set stops at the first damage, verifying records it and continues. */

import { DataError, type NsmError, StorageError } from "../errors.ts";

/** Receives the error of a part that cannot be read. It throws, or returns to have the other parts read. */
export type Report = (problem: NsmError) => void;

export const refuse: Report = (problem) => {
  throw problem;
};

/** The result of `work`; undefined where its data were damaged or could not be read and `report` has let that pass. */
export const attempt = async <T>(report: Report, work: () => T | Promise<T>): Promise<T | undefined> => {
  try {
    return await work();
  } catch (problem) {
    if (!(problem instanceof DataError || problem instanceof StorageError)) throw problem;
    report(problem);
    return undefined;
  }
};
