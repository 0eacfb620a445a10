/** Sorting of events by time. */

import { allocateEvents, type Events } from "../events.ts";

const DIGIT = 2 ** 11;

/**
 * Indices that sort `times`, whole numbers; equal ones keep their order. A radix
 * sort from the last digit to the first, in linear time: as many passes as their range has
 * digits of 11 bits.
 */
export const timeOrder = (times: Float64Array): Uint32Array => {
  const count = times.length;
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < count; k++) {
    first = Math.min(first, times[k]!);
    last = Math.max(last, times[k]!);
  }
  let order = new Uint32Array(count);
  for (let k = 0; k < count; k++) order[k] = k;
  let sorted = new Uint32Array(count);
  const digits = new Uint16Array(count);
  const starts = new Uint32Array(DIGIT + 1);
  for (let unit = 1; unit <= last - first; unit *= DIGIT) {
    starts.fill(0);
    for (let k = 0; k < count; k++) {
      const units = Math.floor((times[k]! - first) / unit);
      const digit = units - Math.floor(units / DIGIT) * DIGIT;
      digits[k] = digit;
      starts[digit + 1]!++;
    }
    for (let digit = 0; digit < DIGIT; digit++) starts[digit + 1]! += starts[digit]!;
    for (let at = 0; at < count; at++) {
      const k = order[at]!;
      sorted[starts[digits[k]!]!++] = k;
    }
    [order, sorted] = [sorted, order];
  }
  return order;
};

/** Events sorted by time; those of one time keep their order. */
export const inOrder = ({ t, x, y, polarity }: Events): Events => {
  const order = timeOrder(t);
  const sorted = allocateEvents(t.length);
  for (let k = 0; k < order.length; k++) {
    const from = order[k]!;
    sorted.t[k] = t[from]!;
    sorted.x[k] = x[from]!;
    sorted.y[k] = y[from]!;
    sorted.polarity[k] = polarity[from]!;
  }
  return sorted;
};
