/** Small pictures of the tour. They say nothing that the text does not. */
import type { ComponentChildren } from "preact";

const Figure = ({ children }: { readonly children: ComponentChildren }) => (
  <svg class="tour-figure" viewBox="0 0 240 84" aria-hidden="true">
    {children}
  </svg>
);

const range = (count: number): readonly number[] => Array.from({ length: count }, (_, k) => k);

/** Whether a coin of a picture shows +1: any fixed pattern without order. */
const isUp = (k: number): boolean => (k * 7 + ((k * k) % 5)) % 3 !== 0;

export const Coins = () => (
  <Figure>
    {range(27).map((k) => (
      <circle
        key={String(k)}
        class={isUp(k) ? "up" : "down"}
        cx={18 + 25.5 * (k % 9)}
        cy={16 + 26 * Math.floor(k / 9)}
        r="8"
      />
    ))}
  </Figure>
);

export const Synapses = () => (
  <Figure>
    {range(15).map((k) => (
      <line
        key={String(k)}
        class={isUp(k + 4) ? "on" : "off"}
        x1="50"
        x2="190"
        y1={10 + 16 * (k % 5)}
        y2={22 + 20 * Math.floor(k / 5)}
      />
    ))}
    {range(5).map((k) => (
      <circle key={String(k)} class="up" cx="50" cy={10 + 16 * k} r="6" />
    ))}
    {range(3).map((k) => (
      <circle key={String(k)} class="down" cx="190" cy={22 + 20 * k} r="7" />
    ))}
  </Figure>
);

const LIKELY = [0.12, 0.62, 0.26];

export const Passes = () => (
  <Figure>
    {LIKELY.map((p, k) => (
      <g key={String(p)} transform={`translate(30 ${10 + 24 * k})`}>
        <rect class="track" width="180" height="16" rx="3" />
        <rect class="mean" width={180 * p} height="16" rx="3" />
        {range(14).map((n) => (
          <line
            key={String(n)}
            class="mark"
            x1={180 * p + 60 * Math.sin(9 * n + k) * p}
            x2={180 * p + 60 * Math.sin(9 * n + k) * p}
            y1="0"
            y2="16"
          />
        ))}
      </g>
    ))}
  </Figure>
);

export const Doubt = () => (
  <Figure>
    <rect class="track" x="30" y="34" width="180" height="16" rx="3" />
    <rect class="between" x="30" y="34" width="60" height="16" rx="3" />
    <rect class="within" x="90" y="34" width="50" height="16" />
    <line class="limit" x1="74" x2="74" y1="26" y2="58" />
    <text x="225" y="50" text-anchor="middle">
      ?
    </text>
  </Figure>
);

const curveOf = (start: number, end: number, speed: number): string =>
  range(60)
    .map((k) => {
      const y = end + (start - end) * Math.exp(-k / speed) + 3 * Math.sin(5 * k) * Math.exp(-k / 40);
      return `${k === 0 ? "M" : "L"}${24 + 3.3 * k} ${y.toFixed(1)}`;
    })
    .join("");

export const Loss = () => (
  <Figure>
    <path class="axis" d="M24 6V74H224" />
    <path class="curve soft" d={curveOf(12, 50, 16)} />
    <path class="curve" d={curveOf(12, 66, 10)} />
  </Figure>
);

export const Question = () => (
  <Figure>
    {range(3).map((k) => (
      <rect key={String(k)} class="card" x={20 + 70 * k} y="14" width="56" height="56" rx="6" />
    ))}
    <path class="ink" d="M36 56L48 28L60 56M41 46H55" />
    <path class="ink" d="M118 28A14 14 0 1 0 119 28" />
    <text x="188" y="52" text-anchor="middle">
      ?
    </text>
  </Figure>
);

export const Events = () => (
  <Figure>
    {range(120).map((k) => (
      <circle
        key={String(k)}
        class={isUp(k) ? "up" : "warm"}
        cx={20 + ((k * 37) % 200)}
        cy={42 + 30 * Math.sin(((k * 37) % 200) / 30) + ((k * 13) % 11) - 5}
        r="1.8"
      />
    ))}
  </Figure>
);
