/** A chart of lines, bands and dots over a common axis, as SVG: its colours follow the page's. */
import type { ComponentChildren } from "preact";
import { type Axis, axisOf } from "./axis.ts";
import { useWidth } from "./line-chart.tsx";
import "./chart.css";

/** Values over x, which rises. `name` stands in the legend; without one the series is not listed. */
export interface Series {
  readonly name?: string;
  /** Class of the drawn element: its colour. */
  readonly class: string;
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  /** Upper edge of a band whose lower edge is `y`. */
  readonly upper?: ArrayLike<number>;
  /** Draws a dot at every value. */
  readonly dots?: boolean;
}

interface ChartProps {
  readonly title: string;
  /** What the chart says, for those who do not see it. */
  readonly summary: string;
  readonly series: readonly Series[];
  readonly xLabel: string;
  /** Range of x. */
  readonly x: readonly [number, number];
  /** Range of y. */
  readonly y: readonly [number, number];
  readonly children?: ComponentChildren;
}

const HEIGHT = 210;
const MARGIN = { top: 10, right: 10, bottom: 38, left: 46 };
/** Pixels that a tick of the x axis takes, and of the y axis. */
const TICK_SPACE = { x: 80, y: 50 };

/** Positions in pixels, with at most two decimals. */
const point = (x: number, y: number): string => `${Math.round(x * 10) / 10},${Math.round(y * 10) / 10}`;

/** Indices to draw: all, or as many as the chart has pixels, evenly. */
const drawn = (count: number, most: number): readonly number[] => {
  const step = Math.max(1, count / most);
  const chosen: number[] = [];
  for (let at = 0; at < count; at += step) chosen.push(Math.floor(at));
  if (count > 0 && chosen.at(-1) !== count - 1) chosen.push(count - 1);
  return chosen;
};

const Drawn = ({ series, across, up, most }: { series: Series; across: Axis; up: Axis; most: number }) => {
  const { x, y, upper, dots } = series;
  const indices = drawn(x.length, most);
  const along = (values: ArrayLike<number>, order = indices) =>
    order.map((k) => point(across.at(x[k]!), up.at(values[k]!))).join(" ");
  if (upper)
    return <polygon class={series.class} points={`${along(y)} ${along(upper, indices.toReversed())}`} />;
  if (dots)
    return (
      <g class={series.class}>
        {indices.map((k) => (
          <circle key={k} cx={across.at(x[k]!)} cy={up.at(y[k]!)} r={3.5} />
        ))}
      </g>
    );
  return <polyline class={series.class} points={along(y)} fill="none" />;
};

const Axes = ({ across, up, width, xLabel }: { across: Axis; up: Axis; width: number; xLabel: string }) => {
  const [left, right, bottom] = [MARGIN.left, width - MARGIN.right, HEIGHT - MARGIN.bottom];
  return (
    <g class="axes">
      {up.ticks.map(({ at, label }) => (
        <g key={label}>
          <line x1={left} x2={right} y1={at} y2={at} />
          <text x={left - 8} y={at} dy="0.32em" text-anchor="end">
            {label}
          </text>
        </g>
      ))}
      {across.ticks.map(({ at, label }) => (
        <text key={label} x={at} y={bottom + 16} text-anchor="middle">
          {label}
        </text>
      ))}
      <line class="base" x1={left} x2={right} y1={bottom} y2={bottom} />
      <text x={right} y={HEIGHT - 4} text-anchor="end">
        {xLabel}
      </text>
    </g>
  );
};

/** The mark of a series, as the chart draws it. */
const Key = ({ series }: { readonly series: Series }) => (
  <svg class="chart key" width="18" height="12" aria-hidden="true">
    {series.upper ? (
      <polygon class={series.class} points="0,0 18,0 18,12 0,12" />
    ) : series.dots ? (
      <g class={series.class}>
        <circle cx="9" cy="6" r="3.5" />
      </g>
    ) : (
      <polyline class={series.class} points="0,6 18,6" />
    )}
  </svg>
);

const Legend = ({ series }: { readonly series: readonly Series[] }) => (
  <ul class="chart-legend">
    {series
      .filter(({ name }) => name !== undefined)
      .map((each) => (
        <li key={each.name}>
          <Key series={each} />
          {each.name}
        </li>
      ))}
  </ul>
);

export const Chart = ({ title, summary, series, xLabel, x, y, children }: ChartProps) => {
  const [figure, width] = useWidth<HTMLElement>();
  const across = axisOf(
    x[0],
    x[1],
    MARGIN.left,
    width - MARGIN.right,
    Math.max(1, Math.floor(width / TICK_SPACE.x / 2)),
  );
  const up = axisOf(
    y[0],
    y[1],
    HEIGHT - MARGIN.bottom,
    MARGIN.top,
    Math.floor((HEIGHT - MARGIN.top - MARGIN.bottom) / TICK_SPACE.y),
  );
  return (
    <figure class="figure" ref={figure}>
      <figcaption>{title}</figcaption>
      <svg class="chart" width={width} height={HEIGHT} role="img" aria-label={`${title}: ${summary}`}>
        <Axes {...{ across, up, width, xLabel }} />
        {width > 0 &&
          series.map((each, k) => <Drawn key={k} series={each} {...{ across, up }} most={width} />)}
      </svg>
      <Legend series={series} />
      {children}
    </figure>
  );
};
