/** Number formats of reports. */
import type { Summary } from "../experiments/findings/findings.ts";

/** An error in per cent with its confidence interval, clipped to 0 to 100. */
export const errorText = ({ mean, low, high }: Summary): string =>
  `${mean.toFixed(2)} (${Math.max(0, low).toFixed(2)} to ${Math.min(100, high).toFixed(2)})`;

/** A duration with its unit; a dash if it is unknown. */
export const durationText = (seconds: number | null): string =>
  seconds === null
    ? "-"
    : seconds < 100
      ? `${seconds.toFixed(1)} s`
      : seconds < 6000
        ? `${(seconds / 60).toFixed(1)} min`
        : `${(seconds / 3600).toFixed(1)} h`;
