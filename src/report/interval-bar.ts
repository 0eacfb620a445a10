/** An error with its interval, drawn as a bar on the common scale of a table. */
import type { Summary } from "../experiments/findings/findings.ts";

const [WIDTH, HEIGHT] = [200, 14];
const MIDDLE = HEIGHT / 2;

/**
 * A dot at the mean, a line over the interval and a ring at the paper's error, from 0 to `most`. Hidden from screen
 * readers: the table has the numbers.
 */
export const intervalBar = ({ mean, low, high }: Summary, paper: number | null, most: number): string => {
  const x = (value: number): string =>
    (MIDDLE + (WIDTH - HEIGHT) * Math.min(1, Math.max(0, value / most))).toFixed(1);
  const ring =
    paper === null
      ? ""
      : `<circle cx="${x(paper)}" cy="${MIDDLE}" r="4.5" fill="none" stroke="currentColor" stroke-width="1.5"/>`;
  return (
    `<svg aria-hidden="true" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}">` +
    `<line x1="${x(0)}" x2="${x(most)}" y1="${MIDDLE}" y2="${MIDDLE}" stroke="currentColor" stroke-opacity="0.2"/>` +
    `<line x1="${x(low)}" x2="${x(high)}" y1="${MIDDLE}" y2="${MIDDLE}" stroke="currentColor" stroke-width="2"/>` +
    `<circle cx="${x(mean)}" cy="${MIDDLE}" r="3.5" fill="currentColor"/>${ring}</svg>`
  );
};
