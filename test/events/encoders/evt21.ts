import type { Event } from "./event.ts";
import { text, word } from "./words.ts";

export const evt21Header = (endianness?: string): string[] => [
  "% evt 2.1\n",
  `% format EVT21;${endianness ? `endianness=${endianness};` : ""}height=480;width=640\n`,
  "% geometry 640x480\n",
  "% end\n",
];

export const evt21 = {
  time: (t: number) => word("little", [4, 8], [28, Math.floor(t / 64) % 2 ** 28], [32, 0]),
  vector: ({ t, x, y, p }: Event, mask: number) =>
    word("little", [4, p], [6, t % 64], [11, x], [11, y], [32, mask]),
  other: (type: number) => word("little", [4, type], [60, 5]),
};

/** The upper half of each word first, as the IMX636 has it. */
export const legacy = (words: readonly number[]): number[] =>
  Array.from({ length: words.length / 8 }, (_, i) => [
    ...words.slice(8 * i + 4, 8 * i + 8),
    ...words.slice(8 * i, 8 * i + 4),
  ]).flat();

/** EVT 2.1: consecutive events of one time, row and polarity in one group of 32 columns share a word. */
export const encodeEvt21 = (events: readonly Event[]): number[] => {
  let high: number | undefined;
  const words: number[] = [];
  for (let i = 0; i < events.length; ) {
    const { t, x, y, p } = events[i]!;
    if (high !== Math.floor(t / 64)) words.push(...evt21.time(t));
    high = Math.floor(t / 64);
    const first = x - (x % 32);
    let mask = 0;
    for (let last = -1; i < events.length; i++) {
      const event = events[i]!;
      const bit = event.x - first;
      if (event.t !== t || event.y !== y || event.p !== p || bit <= last || bit > 31) break;
      mask += 2 ** bit;
      last = bit;
    }
    words.push(...evt21.vector({ t, x: first, y, p }, mask));
  }
  return words;
};

export const evt21File = (header: readonly string[], words: readonly number[]): Uint8Array =>
  Uint8Array.from([...text(...header), ...words]);
