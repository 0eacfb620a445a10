/** Times and counts as text. */

export const countText = (count: number): string => count.toLocaleString("en-US");

export const timeText = (us: number): string => {
  if (us < 1000) return `${us.toFixed(0)} µs`;
  return us < 1e6 ? `${(us / 1000).toFixed(us < 1e5 ? 1 : 0)} ms` : `${(us / 1e6).toFixed(2)} s`;
};
