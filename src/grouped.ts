/** n with thousands separators, in the US format, as in results and split names. */
export const grouped = (n: number): string => n.toLocaleString("en-US");

/** A count with its noun, in the plural unless n is 1. */
export const counted = (n: number, thing: string): string => `${grouped(n)} ${thing}${n === 1 ? "" : "s"}`;

/** A share, 0 to 1, in per cent, of four digits at most. */
export const percent = (share: number): string => `${Number((100 * share).toPrecision(4))} %`;
