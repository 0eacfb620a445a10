/** Number formats of reports. */
import type { Summary } from "../experiments/findings/findings.ts";

/** An error in per cent with its confidence interval, clipped to 0 to 100. */
export const errorText = ({ mean, low, high }: Summary): string =>
  `${mean.toFixed(2)} (${Math.max(0, low).toFixed(2)} to ${Math.min(100, high).toFixed(2)})`;

/** An estimate with its interval, each number in the same format. */
export const intervalText = (
  { mean, low, high }: Summary,
  format: (value: number) => string = (value) => value.toFixed(2),
): string => `${format(mean)} (${format(low)} to ${format(high)})`;

/** A number of three significant figures, with an exponent if it is small. */
export const significant = (value: number): string =>
  value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential(2) : value.toPrecision(3);

/** A duration with its unit; a dash if it is unknown. */
export const durationText = (seconds: number | null): string =>
  seconds === null
    ? "-"
    : seconds < 100
      ? `${seconds.toFixed(1)} s`
      : seconds < 6000
        ? `${(seconds / 60).toFixed(1)} min`
        : `${(seconds / 3600).toFixed(1)} h`;
