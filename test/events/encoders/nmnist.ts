import type { Event } from "./event.ts";
import { word } from "./words.ts";

/** N-MNIST: big-endian words of 40 bits. Times beyond 23 bits need overflow words: y = 240, worth 2^13 us each. */
export const encodeNmnist = (events: readonly Event[]): Uint8Array => {
  let overflows = 0;
  return Uint8Array.from(
    events.flatMap(({ t, x, y, p }) => {
      const bytes: number[] = [];
      for (; t - overflows * 8192 >= 2 ** 23; overflows++)
        bytes.push(...word("big", [8, 0], [8, 240], [1, 0], [23, 0]));
      return [...bytes, ...word("big", [8, x], [8, y], [1, p], [23, t - overflows * 8192])];
    }),
  );
};
