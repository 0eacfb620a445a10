/** Figures: the same data give the same SVG, compared with a snapshot beside the test. */
import { describe, expect, test } from "vitest";
import type { Figure } from "../../src/experiments/findings/findings.ts";
import { drawFigure } from "../../src/report/plot.ts";

const figure: Figure = {
  name: "curves",
  title: "Errors & <angles>",
  caption: "Not drawn.",
  x: { label: "passes", scale: "log" },
  y: { label: "error (%)" },
  series: [
    {
      name: "with a band",
      points: [1, 2, 5, 10].map((x) => ({ x, y: 0.045 / x, low: 0.04 / x, high: 0.05 / x })),
    },
    { name: "without", points: [1, 3, 9].map((x) => ({ x, y: 0.02 })) },
    { name: "many", points: Array.from({ length: 40 }, (_, k) => ({ x: 1 + k / 5, y: 0.03 })) },
  ],
};

describe("a figure", () => {
  const svg = drawFigure(figure);

  test("is the one that was looked at", async () => {
    await expect(svg).toMatchFileSnapshot("curves.svg");
  });

  test("comes out the same again", () => {
    expect(drawFigure(figure)).toBe(svg);
  });

  test("names its lines and axes, and escapes its words", () => {
    expect(svg).toContain("<title>Errors &amp; &lt;angles&gt;</title>");
    for (const words of ["with a band", "without", "many", "passes", "error (%)"])
      expect(svg).toContain(words);
  });

  test("keeps the figures of its ticks, which lie closer than its pixels are rounded", () => {
    const ticks = [...svg.matchAll(/>(0\.\d+)</g)].map(([, tick]) => tick);
    expect(ticks).toContain("0.045");
    expect(new Set(ticks).size).toBe(ticks.length);
  });

  test("marks the points of lines that have few, and shades where there are bands", () => {
    expect(svg.match(/<circle /g)).toHaveLength(4 + 3);
    expect(svg.match(/fill-opacity="0.15"/g)).toHaveLength(1);
  });
});

test("an axis of whole numbers has no ticks between them", () => {
  const layers = { name: "by layer", points: [1, 2, 3].map((x) => ({ x, y: x / 10 })) };
  const svg = drawFigure({ ...figure, x: { label: "layer", scale: "whole" }, series: [layers] });
  expect([...svg.matchAll(/>(\d(?:\.\d)?)</g)].map(([, tick]) => tick)).toEqual(["1", "2", "3"]);
});

test("a figure without points is drawn, empty", () => {
  expect(drawFigure({ ...figure, series: [{ name: "none", points: [] }] })).toContain("none");
});
