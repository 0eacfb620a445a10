/** Work on many images in slices, between which the event loop serves others. */

/** Bytes of a slice: a few milliseconds of work. */
const SLICE_BYTES = 2 ** 22;

/** Calls `work` with ranges [start, end) that partition `count` images of `bytes` bytes each, in order. */
export const inSlices = async (
  count: number,
  bytes: number,
  work: (start: number, end: number) => void,
): Promise<void> => {
  const step = Math.max(1, Math.floor(SLICE_BYTES / bytes));
  for (let start = 0; start < count; start += step) {
    if (start > 0) await new Promise((resolve) => setTimeout(resolve));
    work(start, Math.min(count, start + step));
  }
};
