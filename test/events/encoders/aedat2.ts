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

export const encodeAedat2 = (header: readonly string[], words: readonly number[][]): Uint8Array =>
  Uint8Array.from([...text(...header), ...words.flat()]);
