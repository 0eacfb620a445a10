/**
 * A chart of lines, bands and dots over a common axis, as SVG: its colours follow the page's. Values are read by pointer and
 * by keys.
 */
import type { ComponentChildren } from "preact";
import { Axes, MARGIN } from "./axes.tsx";
import { type Axis, axisOf, rangeOf } from "./axis.ts";
import { Legend, Marks } from "./marks.tsx";
import { Cursor, ReadingText, useReading } from "./reading.tsx";
import type { Series } from "./series.ts";
import { useWidth } from "./use-width.ts";
import "./chart.css";

interface ChartProps {
  readonly title: string;
  /** What the chart says, for those who do not see it. Its values are read by keys besides. */
  readonly summary?: string;
  readonly series: readonly Series[];
  readonly xLabel: string;
  /** What the y axis measures, where the title does not say it. */
  readonly yLabel?: string;
  /** Ranges of the axes. Default: those of the values. */
  readonly x?: readonly [number, number];
  readonly y?: readonly [number, number];
  /** Whether x counts something: its ticks are whole numbers. */
  readonly isCounted?: boolean;
  /** Height in pixels. */
  readonly height?: number;
  /** A value in words. */
  readonly format?: (value: number) => string;
  /** What is drawn behind the series. */
  readonly behind?: (across: Axis, up: Axis) => ComponentChildren;
  /** What stands below the chart. */
  readonly children?: ComponentChildren;
}

/** Pixels that a step between ticks takes at most: of the x axis, and of the y axis. */
const TICK_SPACE = { x: 140, y: 50 };

const plainNumber = (value: number): string => String(Number(value.toPrecision(4)));

const allX = function* (series: readonly Series[]): Generator<number> {
  for (const { x } of series) yield* Array.from(x);
};

const allY = function* (series: readonly Series[]): Generator<number> {
  for (const { y, upper } of series) {
    yield* Array.from(y);
    if (upper) yield* Array.from(upper);
  }
};

export const Chart = ({
  title,
  summary,
  series,
  xLabel,
  yLabel,
  x = rangeOf(allX(series)),
  y = rangeOf(allY(series)),
  isCounted = false,
  height = 210,
  format = plainNumber,
  behind,
  children,
}: ChartProps) => {
  const [box, width] = useWidth<HTMLElement>();
  const inner = { width: width - MARGIN.left - MARGIN.right, height: height - MARGIN.top - MARGIN.bottom };
  const across = axisOf({
    range: x,
    pixels: [MARGIN.left, width - MARGIN.right],
    least: Math.max(2, Math.floor(inner.width / TICK_SPACE.x)),
    isCounted,
  });
  const up = axisOf({
    range: y,
    pixels: [height - MARGIN.bottom, MARGIN.top],
    least: Math.max(2, Math.floor(inner.height / TICK_SPACE.y)),
  });
  const reading = useReading(series, across, width);
  const { onKeyDown, onPointerMove, onPointerLeave } = reading;
  return (
    <figure class="chart">
      <figcaption>{title}</figcaption>
      <section
        ref={box}
        class="chart-area"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: keys read values, as the pointer does
        tabIndex={0}
        aria-label={`${title}${summary ? `: ${summary}` : ""}. Arrow keys read its values.`}
        {...{ onKeyDown, onPointerMove, onPointerLeave }}
      >
        <svg width={width} height={height} aria-hidden="true">
          <Axes {...{ across, up, width, height, xLabel }} />
          {behind?.(across, up)}
          {series.map((each, k) => (
            <Marks key={k} series={each} {...{ across, up }} most={width} />
          ))}
          <Cursor {...{ reading, across, up }} from={MARGIN.top} to={height - MARGIN.bottom} />
        </svg>
      </section>
      <Legend {...{ series, yLabel }} />
      <ReadingText {...{ reading, xLabel, format }} />
      {children}
    </figure>
  );
};
