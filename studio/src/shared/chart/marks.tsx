/** The marks of series, in the chart and in its legend. */
import type { Axis } from "./axis.ts";
import { classOf, drawnIndices, type Series } from "./series.ts";

/** Radius of dots, and of the marks on a line, in pixels. */
const RADIUS = { dots: 3.5, marked: 2.5 } as const;
/** Most values that are marked on a line. */
const MOST_MARKED = 30;

interface Scales {
  readonly across: Axis;
  readonly up: Axis;
}

/** Positions in pixels, with at most one decimal. */
const point = (x: number, y: number): string => `${Math.round(x * 10) / 10},${Math.round(y * 10) / 10}`;

/** Outline of bars as wide as their middles are apart, from the axis up. */
const outline = ({ x, y }: Series, { across, up }: Scales): string => {
  const half = x.length > 1 ? (x[1]! - x[0]!) / 2 : 0.5;
  const tops = Array.from(x).flatMap((middle, k) =>
    [middle - half, middle + half].map((edge) => point(across.at(edge), up.at(y[k]!))),
  );
  const onAxis = (edge: number): string => point(across.at(edge), up.at(0));
  return [onAxis(x[0]! - half), ...tops, onAxis(x[x.length - 1]! + half)].join(" ");
};

/** Whether the series is drawn as an area. */
const isArea = ({ mark }: Series): boolean => mark === "band" || mark === "bars";

interface MarksProps extends Scales {
  readonly series: Series;
  /** Most values that are drawn of a series. */
  readonly most: number;
}

export const Marks = ({ series, across, up, most }: MarksProps) => {
  const { x, y, upper, mark } = series;
  const indices = drawnIndices(x.length, most);
  const isLine = !isArea(series) && mark !== "dots";
  // A line of one value has no length.
  const mostMarked = mark === "marked" ? MOST_MARKED : 1;
  const along = (values: ArrayLike<number>, order = indices): string =>
    order.map((k) => point(across.at(x[k]!), up.at(values[k]!))).join(" ");
  const circles = (radius: number) =>
    indices.map((k) => <circle key={k} cx={across.at(x[k]!)} cy={up.at(y[k]!)} r={radius} />);
  return (
    <g class={classOf(series)}>
      {mark === "band" && <polygon points={`${along(y)} ${along(upper ?? y, indices.toReversed())}`} />}
      {mark === "bars" && x.length > 0 && <polygon points={outline(series, { across, up })} />}
      {isLine && <polyline points={along(y)} />}
      {mark === "dots" && circles(RADIUS.dots)}
      {isLine && x.length <= mostMarked && circles(RADIUS.marked)}
    </g>
  );
};

/** Size of the mark in the legend, in pixels. */
const [WIDTH, HEIGHT] = [20, 12];

const Key = ({ series }: { readonly series: Series }) => (
  <svg class="key" width={WIDTH} height={HEIGHT} aria-hidden="true">
    <g class={classOf(series)}>
      {isArea(series) ? (
        <rect width={WIDTH} height={HEIGHT} />
      ) : series.mark === "dots" ? (
        <circle cx={WIDTH / 2} cy={HEIGHT / 2} r={RADIUS.dots} />
      ) : (
        <polyline points={`0,${HEIGHT / 2} ${WIDTH},${HEIGHT / 2}`} />
      )}
    </g>
  </svg>
);

interface LegendProps {
  readonly series: readonly Series[];
  /** What the y axis measures. */
  readonly yLabel: string | undefined;
}

export const Legend = ({ series, yLabel }: LegendProps) => (
  <div class="chart-legend">
    {yLabel && <span>{yLabel}</span>}
    <ul>
      {series
        .filter(({ name }) => name !== undefined)
        .map((each) => (
          <li key={each.name}>
            <Key series={each} />
            <span>{each.name}</span>
          </li>
        ))}
    </ul>
  </div>
);
