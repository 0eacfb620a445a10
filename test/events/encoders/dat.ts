import type { Event } from "./event.ts";
import { text, word } from "./words.ts";

export const datHeader = [
  "% Data file containing CD events\n",
  "% Version 2\n",
  "% Date 2020-09-14 14:18:29\n",
  "% Height 480\n",
  "% Width 640\n",
];

/** Prophesee DAT: header, type and size of an event, events; the clock wraps around after 32 bits. */
export const encodeDat = (events: readonly Event[], header = datHeader, type = 12, size = 8): Uint8Array =>
  Uint8Array.from([
    ...text(...header),
    type,
    size,
    ...events.flatMap(({ t, x, y, p }) => [
      ...word("little", [32, t % 2 ** 32]),
      ...word("little", [4, p], [14, y], [14, x]),
    ]),
  ]);
