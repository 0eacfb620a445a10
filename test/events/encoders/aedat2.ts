import type { Event } from "./event.ts";
import { text, word } from "./words.ts";

/** A header as jAER writes it. */
export const aedat2Header = (chip?: string): string[] => [
  "#!AER-DAT2.0\r\n",
  "# This is a raw AE data file - do not edit\r\n",
  "# Data format is int32 address, int32 timestamp (8 bytes total), repeated for each event\r\n",
  "# Timestamps tick is 1 us\r\n",
  ...(chip === undefined ? [] : [`# AEChip: ${chip}\r\n`]),
];

/** An address and a time: both 32 bits, big-endian. */
export const aedat2Word = (
  address: readonly (readonly [bits: number, value: number])[],
  t: number,
): number[] => [...word("big", ...address), ...word("big", [32, t % 2 ** 32])];

/** jAER's addresses count from the lower right corner. */
export const davisEvent = ({ t, x, y, p }: Event, width: number, height: number): number[] =>
  aedat2Word(
    [
      [1, 0],
      [9, height - 1 - y],
      [10, width - 1 - x],
      [1, p],
      [1, 0],
      [10, 0],
    ],
    t,
  );

/** And of a DVS128 an OFF event's polarity bit is set. */
export const dvs128Event = ({ t, x, y, p }: Event): number[] =>
  aedat2Word(
    [
      [16, 0],
      [1, 0],
      [7, 127 - y],
      [7, 127 - x],
      [1, 1 - p],
    ],
    t,
  );

/** jAER's DVS640 and v2e: 10 bits each; DVS1280x720SD has 11 bits of x. */
export const dvs640Event = ({ t, x, y, p }: Event, width = 640, height = 480): number[] => {
  const bits = width > 1024 ? 11 : 10;
  return aedat2Word(
    [
      [31 - bits - 10, 0],
      [10, height - 1 - y],
      [bits, width - 1 - x],
      [1, p],
    ],
    t,
  );
};

export const encodeAedat2 = (header: readonly string[], words: readonly number[][]): Uint8Array =>
  Uint8Array.from([...text(...header), ...words.flat()]);
