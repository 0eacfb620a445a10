/** n with thousands separators, as results and names of splits print it. */
export const grouped = (n: number): string => n.toLocaleString("en-US");

/** A number of things, each of which is called `thing`. */
export const counted = (n: number, thing: string): string => `${grouped(n)} ${thing}${n === 1 ? "" : "s"}`;
