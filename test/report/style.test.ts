/** Contrast of texts and lines, by WCAG 2: 4.5 for text (AA), 3 for graphics. */
import { describe, expect, test } from "vitest";
import { COLOURS } from "../../src/report/plot.ts";
import { DARK, LIGHT, STYLE } from "../../src/report/style.ts";

const luminance = (colour: string): number => {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
};

const contrast = (one: string, other: string): number => {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light! + 0.05) / (dark! + 0.05);
};

test("contrast is that of WCAG's examples", () => {
  expect(contrast("#000000", "#ffffff")).toBeCloseTo(21, 5);
  expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.48, 2);
});

describe.each([
  ["light", LIGHT],
  ["dark", DARK],
])("the %s scheme", (_, scheme) => {
  const { text, faint, link, ground, good, part, bad, none } = scheme;

  test("has readable texts, verdicts also on the page's ground", () => {
    for (const colour of [text, faint, link]) expect(contrast(colour, ground)).toBeGreaterThan(4.5);
    for (const [colour, own] of [good, part, bad, none])
      for (const behind of [own, ground]) expect(contrast(colour, behind)).toBeGreaterThan(4.5);
  });

  test("has visible lines of figures", () => {
    for (const colour of COLOURS) expect(contrast(colour, ground)).toBeGreaterThan(3);
  });

  test("is in the style sheet, which uses no other colours", () => {
    const colours = Object.values(scheme).flat();
    for (const colour of colours) expect(STYLE).toContain(colour);
    const all = new Set([LIGHT, DARK].flatMap((each) => Object.values(each).flat()));
    for (const [colour] of STYLE.matchAll(/#[0-9a-f]{3,8}\b/g)) expect(all).toContain(colour);
  });
});
