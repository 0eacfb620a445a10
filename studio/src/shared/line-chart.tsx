/** A chart of lines over each other, with values to be read by pointer and by arrow keys. */
import { tickLabels, ticks } from "neural-sampling/web";
import type { ComponentChildren, RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import "./line-chart.css";

export interface Line {
  readonly name: string;
  /** Place of its colour in the list of colours, from 0. */
  readonly colour: number;
  readonly points: readonly { readonly x: number; readonly y: number }[];
  /** Values behind a smoothed line, drawn faintly. */
  readonly behind?: Line["points"];
}

interface LineChartProps {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly lines: readonly Line[];
  /** Limits of the axes where they are not those of the points. */
  readonly xRange?: readonly [number, number];
  readonly yRange?: readonly [number, number];
  /** Whether x counts something: its ticks are whole numbers. */
  readonly isCounted?: boolean;
  /** A value in words. */
  readonly format?: (value: number) => string;
  readonly children?: ComponentChildren;
}

/** Number of colours; line-chart.css has them. */
export const COLOURS = 8;

const HEIGHT = 280;
const MARGIN = { top: 12, right: 16, bottom: 40, left: 58 };

/** Limits of values, widened where they are one; [0, 1] without values. */
const rangeOf = (values: readonly number[]): readonly [number, number] => {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return [0, 1];
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  return high > low ? [low, high] : [low - 0.5, high + 0.5];
};

/** Width of an element, as it changes. */
export const useWidth = <Box extends HTMLElement>(): readonly [RefObject<Box | null>, number] => {
  const box = useRef<Box>(null);
  const [width, setWidth] = useState(600);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(Math.max(240, entry!.contentRect.width)));
    observer.observe(box.current!);
    return () => observer.disconnect();
  }, []);
  return [box, width];
};

/** The point of a line that is nearest to x. */
const nearest = (points: Line["points"], x: number): Line["points"][number] | undefined =>
  points.reduce<Line["points"][number] | undefined>(
    (best, point) => (best && Math.abs(best.x - x) <= Math.abs(point.x - x) ? best : point),
    undefined,
  );

const plainNumber = (value: number): string => String(Number(value.toPrecision(4)));

export const LineChart = ({
  title,
  xLabel,
  yLabel,
  lines,
  xRange,
  yRange,
  isCounted = false,
  format = plainNumber,
  children,
}: LineChartProps) => {
  const [box, width] = useWidth<HTMLElement>();
  const [at, setAt] = useState<number | undefined>(undefined);
  const all = lines.flatMap(({ points, behind = [] }) => [...points, ...behind]);
  const [left, right] = xRange ?? rangeOf(all.map(({ x }) => x));
  const [low, high] = yRange ?? rangeOf(all.map(({ y }) => y));
  const inner = { width: width - MARGIN.left - MARGIN.right, height: HEIGHT - MARGIN.top - MARGIN.bottom };
  const toX = (x: number): number => MARGIN.left + ((x - left) / (right - left)) * inner.width;
  const toY = (y: number): number => MARGIN.top + (1 - (y - low) / (high - low)) * inner.height;
  const path = (points: Line["points"]): string =>
    points.map(({ x, y }, k) => `${k === 0 ? "M" : "L"}${toX(x).toFixed(1)} ${toY(y).toFixed(1)}`).join("");
  const xTicks = ticks(left, right, width < 420 ? 3 : 6).filter(
    (tick) => !isCounted || Number.isInteger(tick),
  );
  const yTicks = ticks(low, high, 4);
  const xs = [...new Set(lines.flatMap(({ points }) => points.map(({ x }) => x)))].sort((a, b) => a - b);
  const read = at === undefined ? [] : lines.flatMap((line) => ({ line, point: nearest(line.points, at) }));

  const point = (event: PointerEvent): void => {
    const { left: start } = (event.currentTarget as Element).getBoundingClientRect();
    const x = left + ((event.clientX - start - MARGIN.left) / inner.width) * (right - left);
    setAt(
      nearest(
        xs.map((value) => ({ x: value, y: 0 })),
        x,
      )?.x,
    );
  };
  const press = (event: KeyboardEvent): void => {
    const place = at === undefined ? -1 : xs.indexOf(at);
    const next = {
      ...{ ArrowRight: place + 1, ArrowLeft: place < 0 ? xs.length - 1 : place - 1 },
      ...{ Home: 0, End: xs.length - 1 },
    }[event.key];
    if (event.key === "Escape") setAt(undefined);
    if (next === undefined || xs.length === 0) return;
    event.preventDefault();
    setAt(xs[Math.min(xs.length - 1, Math.max(0, next))]);
  };

  return (
    <figure class="line-chart">
      <figcaption>{title}</figcaption>
      <section
        ref={box}
        class="line-chart-area"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys read values, as the pointer does
        tabIndex={0}
        aria-label={`${title}. Arrow keys read its values.`}
        onKeyDown={press}
        onPointerMove={point}
        onPointerLeave={() => setAt(undefined)}
      >
        <svg width={width} height={HEIGHT} viewBox={`0 0 ${width} ${HEIGHT}`} aria-hidden="true">
          {yTicks.map((tick, k) => (
            <g key={tick}>
              <line class="grid" x1={MARGIN.left} x2={width - MARGIN.right} y1={toY(tick)} y2={toY(tick)} />
              <text x={MARGIN.left - 8} y={toY(tick)} dy="0.32em" text-anchor="end">
                {tickLabels(yTicks)[k]}
              </text>
            </g>
          ))}
          {xTicks.map((tick, k) => (
            <text key={tick} x={toX(tick)} y={HEIGHT - MARGIN.bottom + 18} text-anchor="middle">
              {tickLabels(xTicks)[k]}
            </text>
          ))}
          <text x={MARGIN.left + inner.width / 2} y={HEIGHT - 4} text-anchor="middle">
            {xLabel}
          </text>
          <line
            class="axis"
            x1={MARGIN.left}
            x2={width - MARGIN.right}
            y1={HEIGHT - MARGIN.bottom}
            y2={HEIGHT - MARGIN.bottom}
          />
          {lines.map(
            ({ name, colour, behind }) =>
              behind && <path key={name} class={`behind colour-${colour % COLOURS}`} d={path(behind)} />,
          )}
          {lines.map(({ name, colour, points }) => (
            <g key={name} class={`colour-${colour % COLOURS}`}>
              <path class={colour % COLOURS < COLOURS / 2 ? "line" : "line dashed"} d={path(points)} />
              {points.length <= 30 &&
                points.map(({ x, y }) => <circle key={x} cx={toX(x)} cy={toY(y)} r="2.5" />)}
            </g>
          ))}
          {children}
          {at !== undefined && (
            <g>
              <line class="cursor" x1={toX(at)} x2={toX(at)} y1={MARGIN.top} y2={HEIGHT - MARGIN.bottom} />
              {read.map(
                ({ line, point: found }) =>
                  found && (
                    <circle
                      key={line.name}
                      class={`colour-${line.colour % COLOURS}`}
                      cx={toX(found.x)}
                      cy={toY(found.y)}
                      r="4.5"
                    />
                  ),
              )}
            </g>
          )}
        </svg>
      </section>
      <div class="legend">
        <span class="legend-axis">{yLabel}</span>
        {lines.map(({ name, colour }) => (
          <span key={name} class={`legend-entry colour-${colour % COLOURS}`}>
            <svg width="20" height="10" aria-hidden="true">
              <path class={colour % COLOURS < COLOURS / 2 ? "line" : "line dashed"} d="M0 5H20" />
            </svg>
            <span>{name}</span>
          </span>
        ))}
      </div>
      <p class="reading number" aria-live="polite">
        {at === undefined
          ? ""
          : `${xLabel} ${format(at)}: ${read
              .flatMap(({ line, point: found }) => (found ? [`${line.name} ${format(found.y)}`] : []))
              .join(", ")}`}
      </p>
    </figure>
  );
};
