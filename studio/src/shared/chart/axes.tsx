/** The axes of a chart, as SVG. */
import type { Axis } from "./axis.ts";

/** Room for the axes' labels, in pixels. */
export const MARGIN = { top: 12, right: 16, bottom: 40, left: 54 } as const;

interface AxesProps {
  readonly across: Axis;
  readonly up: Axis;
  readonly width: number;
  readonly height: number;
  readonly xLabel: string;
}

export const Axes = ({ across, up, width, height, xLabel }: AxesProps) => {
  const [left, right, bottom] = [MARGIN.left, width - MARGIN.right, height - MARGIN.bottom];
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
        <text key={label} x={at} y={bottom + 18} text-anchor="middle">
          {label}
        </text>
      ))}
      <line class="base" x1={left} x2={right} y1={bottom} y2={bottom} />
      <text x={(left + right) / 2} y={height - 4} text-anchor="middle">
        {xLabel}
      </text>
    </g>
  );
};
