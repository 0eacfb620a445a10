import type { Event } from "./event.ts";
import { text, word } from "./words.ts";

export const evt3 = {
  y: (y: number) => word("little", [4, 0], [1, 0], [11, y]),
  x: (x: number, p: number) => word("little", [4, 2], [1, p], [11, x]),
  base: (x: number, p: number) => word("little", [4, 3], [1, p], [11, x]),
  vector12: (mask: number) => word("little", [4, 4], [12, mask]),
  vector8: (mask: number) => word("little", [4, 5], [4, 0], [8, mask]),
  timeLow: (t: number) => word("little", [4, 6], [12, t % 4096]),
  timeHigh: (t: number) => word("little", [4, 8], [12, Math.floor(t / 4096) % 4096]),
  other: (type: number, bits: number) => word("little", [4, type], [12, bits]),
};

/** EVT 3.0: whatever changed since the last event; columns next to each other of one time, row, polarity as vectors. */
export const encodeEvt3 = (header: readonly string[], events: readonly Event[]): Uint8Array => {
  const words: number[] = [];
  let [time, row] = [-1, -1];
  for (let i = 0; i < events.length; ) {
    const { t, x, y, p } = events[i]!;
    if (Math.floor(time / 4096) !== Math.floor(t / 4096)) words.push(...evt3.timeHigh(t));
    if (time !== t) words.push(...evt3.timeLow(t));
    if (row !== y) words.push(...evt3.y(y));
    [time, row] = [t, y];
    const run = vectorFrom(events, i);
    const mask = run.reduce((bits, event) => bits + 2 ** (event.x - x), 0);
    if (run.length === 1) words.push(...evt3.x(x, p));
    else words.push(...evt3.base(x, p), ...(mask < 256 ? evt3.vector8(mask) : evt3.vector12(mask)));
    i += run.length;
  }
  return Uint8Array.from([...text(...header), ...words]);
};

/** The events from the i-th on that one vector can hold, in their order. */
const vectorFrom = (events: readonly Event[], i: number): Event[] => {
  const run = [events[i]!];
  for (const next of events.slice(i + 1, i + 12)) {
    const [first, last] = [run[0]!, run.at(-1)!];
    if (next.t !== first.t || next.y !== first.y || next.p !== first.p) break;
    if (next.x <= last.x || next.x > first.x + 11) break;
    run.push(next);
  }
  return run;
};
