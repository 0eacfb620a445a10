/** Parts of a batch. */

/** Rows [start, end) of a batch. */
export interface Rows {
  readonly start: number;
  readonly end: number;
}

/** Splits `batch` rows into `count` parts whose sizes differ by at most one. */
export const splitRows = (batch: number, count: number): readonly Rows[] =>
  Array.from({ length: count }, (_, k) => ({
    start: Math.floor((k * batch) / count),
    end: Math.floor(((k + 1) * batch) / count),
  }));
