/** Figures: the same data give the same SVG, compared with a snapshot beside the test. */
import { describe, expect, test } from "vitest";
import type { Figure } from "../../src/experiments/findings/findings.ts";
import { COLOURS, drawFigure } from "../../src/report/plot.ts";
import { NARROW } from "../../src/report/shape.ts";

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
    expect(svg).not.toMatch(/&(?!(amp|lt|gt);)/);
    for (const words of ["with a band", "without", "many", "passes", "error (%)"])
      expect(svg).toContain(words);
  });

  test("keeps the figures of its ticks, which lie closer than its pixels are rounded", () => {
    const series = [{ name: "flat", points: [1, 2].map((x) => ({ x, y: 0.04 + x / 1000 })) }];
    const ticks = [...drawFigure({ ...figure, series }).matchAll(/>(0\.\d+)</g)].map(([, tick]) => tick);
    expect(ticks).toContain("0.0412");
    expect(new Set(ticks).size).toBe(ticks.length);
  });

  test("marks the points of lines that have few, and shades where there are bands", () => {
    expect(svg.match(/<circle /g)).toHaveLength(4 + 3);
    expect(svg.match(/fill-opacity="0.15"/g)).toHaveLength(1);
  });
});

describe("the line names", () => {
  const many = (count: number) => ({
    ...figure,
    series: Array.from({ length: count }, (_, k) => ({ name: `line ${k}`, points: [{ x: 1, y: k + 1 }] })),
  });
  const swatches = (svg: string): string[] =>
    [...svg.slice(svg.indexOf('"line names"')).matchAll(/<line [^>]*>/g)].map(([element]) => element);

  test("are in the colour of the text, behind pieces of lines that differ in colour or dash", () => {
    const svg = drawFigure(many(COLOURS.length));
    const looks = swatches(svg).map((own) => own.match(/stroke="[^"]*"/)![0]);
    expect(new Set(looks).size).toBe(COLOURS.length);
    expect(swatches(svg).map((own) => own.includes('dasharray="none"'))).toEqual([
      ...[true, true, true, true, false, false, false, false],
    ]);
    for (const colour of COLOURS) expect(svg).not.toMatch(new RegExp(`<text[^>]*${colour}`));
  });

  test("stand beside a wide figure, and below a narrow one, which grows with them", () => {
    const at = (svg: string, of: "x" | "y"): number =>
      Number(
        svg
          .match(new RegExp(`${of}="([\\d.]+)">line 0<|${of}="([\\d.]+)" [a-z]="[\\d.]+">line 0<`))!
          .slice(1)
          .find(Boolean),
      );
    const heightOf = (svg: string): number => Number(svg.match(/ height="(\d+)"/)![1]);
    const [few, all] = [2, 8].map((count) => drawFigure(many(count), NARROW)) as [string, string];
    expect(heightOf(all) - heightOf(few)).toBe(6 * 19);
    expect(heightOf(drawFigure(many(8)))).toBe(heightOf(drawFigure(many(2))));
    expect(at(all, "y")).toBeGreaterThan(NARROW.height);
    expect(at(drawFigure(many(8)), "x")).toBeGreaterThan(800);
  });
});

test("text and axes have the colour of the page's text", () => {
  const svg = drawFigure(figure);
  expect(svg).toMatch(/^<svg [^>]*fill="currentColor"/);
  for (const [, colour] of svg.matchAll(/<(?:text|g)[^>]*(?:fill|stroke)="(#[0-9a-f]+)"/g))
    expect(COLOURS).toContain(colour);
  expect(svg).not.toMatch(/="(black|#000|#000000|white|#fff)"/);
});

test("a logarithmic axis labels powers of ten as numbers and powers, never as 1e+6", () => {
  const points = [1, 3e7].map((x) => ({ x, y: 1 / x }));
  const svg = drawFigure({
    ...figure,
    y: { label: "variance", scale: "log" },
    series: [{ name: "falling", points }],
  });
  const labels = [...svg.matchAll(/>([^<>]+)</g)].map(([, label]) => label!);
  expect(labels).toEqual(
    expect.arrayContaining([
      "1",
      "10",
      "100",
      "1,000",
      "10,000",
      "10⁵",
      "10⁶",
      "10⁷",
      "0.01",
      "10⁻⁴",
      "10⁻⁶",
    ]),
  );
  for (const label of labels) expect(label).not.toMatch(/\de[+-]?\d/);
});

test("an axis of whole numbers has no ticks between them", () => {
  const layers = { name: "by layer", points: [1, 2, 3].map((x) => ({ x, y: x / 10 })) };
  const svg = drawFigure({ ...figure, x: { label: "layer", scale: "whole" }, series: [layers] });
  expect([...svg.matchAll(/>(\d(?:\.\d)?)</g)].map(([, tick]) => tick)).toEqual(["1", "2", "3"]);
});

test("a figure without points is drawn, empty", () => {
  expect(drawFigure({ ...figure, series: [{ name: "none", points: [] }] })).toContain("none");
});
