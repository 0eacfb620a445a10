/** Events a second over time, by polarity, and where the player is. */
import type { EventRate } from "neural-sampling/web";
import { countText } from "./times.ts";

interface RateProps {
  readonly rate: EventRate;
  /** Present time, microseconds after the first event. */
  readonly now: number;
}

const HEIGHT = 60;

/** Outline of the area between two counts of each bin. */
const area = (low: ArrayLike<number>, high: ArrayLike<number>, most: number): string => {
  const y = (count: number): string => (HEIGHT * (1 - count / most)).toFixed(2);
  const bins = Array.from({ length: high.length }, (_, k) => k);
  const up = bins.map((k) => `L${k},${y(high[k]!)}L${k + 1},${y(high[k]!)}`).join("");
  const down = bins
    .reverse()
    .map((k) => `L${k + 1},${y(low[k]!)}L${k},${y(low[k]!)}`)
    .join("");
  return `M0,${y(low[0] ?? 0)}${up}${down}Z`;
};

export const Rate = ({ rate, now }: RateProps) => {
  const { on, off, durationUs } = rate;
  const all = on.map((count, k) => count + off[k]!);
  const most = Math.max(1, ...all);
  const peak = (most * on.length * 1e6) / Math.max(1, durationUs);
  return (
    <figure>
      <svg
        viewBox={`0 0 ${on.length} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`Event rate, at most ${countText(Math.round(peak))} events a second`}
      >
        <path class="on" d={area(new Uint32Array(on.length), on, most)} />
        <path class="off" d={area(on, all, most)} />
        <line
          x1={(on.length * now) / Math.max(1, durationUs)}
          x2={(on.length * now) / Math.max(1, durationUs)}
          y1="0"
          y2={HEIGHT}
        />
      </svg>
      <figcaption>
        <span class="key on" /> brighter <span class="key off" /> darker, at most{" "}
        {countText(Math.round(peak))} events a second
      </figcaption>
    </figure>
  );
};
