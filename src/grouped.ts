/** n with thousands separators, as results and names of splits print it. */
export const grouped = (n: number): string => n.toLocaleString("en-US");
