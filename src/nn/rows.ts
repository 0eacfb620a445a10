/** A batch in parts. */

/** Rows [start, end) of a batch. */
export interface Rows {
  readonly start: number;
  readonly end: number;
}

/** `batch` rows in `count` parts, whose sizes differ by one at most. */
export const shareRows = (batch: number, count: number): readonly Rows[] =>
  Array.from({ length: count }, (_, k) => ({
    start: Math.floor((k * batch) / count),
    end: Math.floor(((k + 1) * batch) / count),
  }));
