/** Figures as SVG, drawn without a browser. The same data give the same text. */
import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { FONT } from "../drawing/svg.ts";
import { logTickLabel } from "../drawing/ticks.ts";
import type { Figure } from "../experiments/findings/findings.ts";
import { type Shape, WIDE } from "./shape.ts";

/**
 * Line colours, distinguishable by the colour-blind (after Okabe & Ito, 2008), with a contrast of at least 3 to white
 * and to the report's dark background.
 */
export const COLOURS = [
  ...["#0072b2", "#d55e00", "#009e73", "#c4689b", "#a06a00", "#8c6bd6", "#7f7f7f", "#2f8fce"],
];

/** Number of solid lines; later ones are dashed. */
const SOLID = 4;
const DASHES = "6 3";

/** Maximum number of points of a line that are drawn as dots. */
const MAX_DOTS = 30;

const FONT_SIZE = 13;
/** Least distance of ticks of the y-axis: some four of them fit into a wide figure. */
const TICK_SPACING = 25;
const NAME_HEIGHT = 19;
/** Width of a legend entry's line, and the spaces before it and before its name. */
const [SWATCH, BEFORE_LINE, BEFORE_NAME] = [18, 10, 6];
const [MARGIN_TOP, MARGIN_BOTTOM, MARGIN_LEFT] = [26, 42, 66];

/** The figure as an SVG document: lines, bands of points with an interval, and the line names. */
export const drawFigure = ({ title, x, y, series }: Figure, shape: Shape = WIDE): string => {
  const { document } = parseHTML("<html><body></body></html>") as unknown as { document: Document };
  const names = NAME_HEIGHT * series.length;
  const below = shape.legend === "below" ? names : 0;
  const plot = Plot.plot({
    document,
    className: "figure",
    width: shape.width,
    height: Math.max(shape.height + below, MARGIN_TOP + names),
    marginRight: shape.legend === "right" ? BEFORE_LINE + legendWidth(series) : 16,
    marginLeft: MARGIN_LEFT,
    marginBottom: MARGIN_BOTTOM + below,
    marginTop: MARGIN_TOP,
    style: { fontFamily: FONT, fontSize: `${FONT_SIZE}px` },
    x: { ...axis(x), labelAnchor: "center", labelOffset: 36 },
    y: { ...axis(y), tickSpacing: TICK_SPACING },
    marks: series.flatMap(({ points }, k) => {
      const { stroke, dash } = lineStyle(k);
      const banded = points.filter(({ low, high }) => low !== undefined && high !== undefined);
      return [
        Plot.areaY(banded, { x: "x", y1: "low", y2: "high", fill: stroke, fillOpacity: 0.15 }),
        Plot.lineY(points, { x: "x", y: "y", stroke, strokeWidth: 2, strokeDasharray: dash }),
        Plot.dot(points.length <= MAX_DOTS ? points : [], { x: "x", y: "y", fill: stroke, r: 2.5 }),
      ];
    }),
  });
  plot.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  plot.setAttribute("role", "img");
  const heading = document.createElementNS("http://www.w3.org/2000/svg", "title");
  heading.textContent = title;
  plot.prepend(heading);
  plot.append(legend(document, series, shape));
  return `${plot.outerHTML.replace(/="[^"]*"/g, rounded)}\n`;
};

const lineStyle = (k: number): { readonly stroke: string; readonly dash: string } => ({
  stroke: COLOURS[k % COLOURS.length]!,
  dash: k < SOLID ? "none" : DASHES,
});

/** Upper estimate of the legend's width, by that of letters in the widest of the fonts. */
const legendWidth = (series: Figure["series"]): number =>
  SWATCH +
  BEFORE_NAME +
  14 +
  Math.ceil(0.54 * FONT_SIZE * Math.max(0, ...series.map(({ name }) => name.length)));

/** The line names, in the colour of the text, each behind a piece of its line. */
const legend = (
  document: Document,
  series: Figure["series"],
  { width, height, legend: place }: Shape,
): Element => {
  const element = (name: string, attributes: Readonly<Record<string, string | number>>): Element => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
    return made;
  };
  const left = place === "right" ? width - legendWidth(series) : MARGIN_LEFT;
  const top = place === "right" ? MARGIN_TOP + NAME_HEIGHT / 2 : height + NAME_HEIGHT / 2;
  const group = element("g", { "aria-label": "line names", "text-anchor": "start" });
  for (const [k, { name }] of series.entries()) {
    const { stroke, dash } = lineStyle(k);
    const at = top + k * NAME_HEIGHT;
    group.append(
      element("line", {
        ...{ x1: left, x2: left + SWATCH, y1: at, y2: at },
        ...{ stroke, "stroke-width": 3, "stroke-dasharray": dash },
      }),
    );
    const text = element("text", {
      x: left + SWATCH + BEFORE_NAME,
      y: at,
      dy: "0.32em",
      fill: "currentColor",
    });
    text.textContent = name;
    group.append(text);
  }
  return group;
};

const axis = ({ label, scale = "linear" }: Figure["x"]) => ({
  ...{ label, grid: true },
  ...(scale === "whole" ? { type: "linear" as const, interval: 1, tickFormat: "d" } : { type: scale }),
  // The default format writes 0.4 as 400m.
  ...(scale === "log" && { tickFormat: logTickLabel }),
});

/**
 * An attribute with numbers of at most two decimals, so that rounding differences between machines do not
 * show.
 */
const rounded = (attribute: string): string =>
  attribute.replace(/\d+\.\d{3,}/g, (number) => String(Math.round(Number(number) * 100) / 100));
