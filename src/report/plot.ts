/** Figures as SVG, drawn without a browser. The same data give the same text. */
import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { FONT } from "../drawing/svg.ts";
import type { Figure } from "../experiments/findings/findings.ts";

const [WIDTH, HEIGHT] = [680, 360];
/** Space for the line names, right of the plot. */
const NAMES = 210;
const NAME_HEIGHT = 18;

/** Colour-blind-safe palette: Okabe & Ito, 2008, without yellow, which is faint on white. */
const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#000000", "#7f7f7f"];

/** Maximum number of points of a line that are drawn as dots. */
const MAX_DOTS = 30;

/** The figure as an SVG document: lines, bands of points with an interval, and the line names. */
export const drawFigure = ({ title, x, y, series }: Figure): string => {
  const { document } = parseHTML("<html><body></body></html>") as unknown as { document: Document };
  const plot = Plot.plot({
    document,
    className: "figure",
    width: WIDTH,
    height: HEIGHT,
    marginRight: NAMES,
    marginLeft: 70,
    marginBottom: 45,
    marginTop: 30,
    style: { fontFamily: FONT, fontSize: "12px" },
    x: { ...axis(x), labelAnchor: "center" },
    y: axis(y),
    marks: series.flatMap(({ name, points }, k) => {
      const colour = COLOURS[k % COLOURS.length]!;
      const banded = points.filter(({ low, high }) => low !== undefined && high !== undefined);
      return [
        Plot.areaY(banded, { x: "x", y1: "low", y2: "high", fill: colour, fillOpacity: 0.15 }),
        Plot.lineY(points, { x: "x", y: "y", stroke: colour, strokeWidth: 1.8 }),
        Plot.dot(points.length <= MAX_DOTS ? points : [], { x: "x", y: "y", fill: colour, r: 2.5 }),
        Plot.text([name], {
          ...{ frameAnchor: "top-right", textAnchor: "start", lineAnchor: "top" },
          ...{ dx: 14, dy: k * NAME_HEIGHT, fill: colour },
        }),
      ];
    }),
  });
  plot.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  const heading = document.createElementNS("http://www.w3.org/2000/svg", "title");
  heading.textContent = title;
  plot.prepend(heading);
  return `${plot.outerHTML.replace(/="[^"]*"/g, rounded)}\n`;
};

const axis = ({ label, scale = "linear" }: Figure["x"]) => ({
  ...{ label, grid: true },
  ...(scale === "whole" ? { type: "linear" as const, interval: 1, tickFormat: "d" } : { type: scale }),
  // The default format writes 0.4 as 400m.
  ...(scale === "log" && { tickFormat: "~g" }),
});

/**
 * An attribute with numbers of at most two decimals, so that rounding differences between machines do not
 * show.
 */
const rounded = (attribute: string): string =>
  attribute.replace(/\d+\.\d{3,}/g, (number) => String(Math.round(Number(number) * 100) / 100));
