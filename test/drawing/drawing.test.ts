import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { drawImage } from "../../src/datasets/draw-image.ts";
import { picture, svg, text } from "../../src/drawing/svg.ts";
import { logTickLabel, tickLabels, ticks } from "../../src/drawing/ticks.ts";
import { imagesIn, requireWellFormed } from "./svg.ts";

describe("ticks", () => {
  it.each([
    [0, 310.5, 6, ["0", "50", "100", "150", "200", "250", "300"]],
    [
      0,
      2.9,
      6,
      [
        "0.0",
        "0.2",
        "0.4",
        "0.6",
        "0.8",
        "1.0",
        "1.2",
        "1.4",
        "1.6",
        "1.8",
        "2.0",
        "2.2",
        "2.4",
        "2.6",
        "2.8",
      ],
    ],
    [-17.2, 19, 4, ["-15", "-10", "-5", "0", "5", "10", "15"]],
    [0, 4000, 4, ["0", "1,000", "2,000", "3,000", "4,000"]],
    [0, 0.05, 5, ["0.00", "0.01", "0.02", "0.03", "0.04", "0.05"]],
  ])("from %d to %d, %d steps or more", (from, to, least, labels) => {
    expect(tickLabels(ticks(from, to, least))).toEqual(labels);
  });

  it("are a few, inside, evenly apart, and told apart by their labels", () => {
    const range = fc.tuple(
      fc.double({ min: -1e6, max: 1e6, noNaN: true }),
      fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
    );
    fc.assert(
      fc.property(range, fc.integer({ min: 2, max: 8 }), ([from, length], least) => {
        const all = ticks(from, from + length, least);
        const slack = 1e-6 * length + 1e-9 * Math.abs(from);
        expect(all.length).toBeGreaterThanOrEqual(least - 1);
        expect(all.length).toBeLessThanOrEqual(2.5 * least + 2);
        for (const tick of all) expect(tick >= from - slack && tick <= from + length + slack).toBe(true);
        expect(new Set(tickLabels(all)).size).toBe(all.length);
      }),
    );
    expect(ticks(3, 3, 5)).toEqual([3]);
  });
});

it.each([
  [0.001, "0.001"],
  [0.045, "0.045"],
  [1, "1"],
  [1000, "1,000"],
  [20_000, "20,000"],
  [1e5, "10⁵"],
  [1e6, "10⁶"],
  [2e6, "2×10⁶"],
  [1e12, "10¹²"],
  [1e-4, "10⁻⁴"],
  [5e-10, "5×10⁻¹⁰"],
])("a tick of a logarithmic axis at %d reads %s", (tick, label) => {
  expect(logTickLabel(tick)).toBe(label);
});

describe("svg", () => {
  it("holds any text, however it looks like markup", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (words) => {
        requireWellFormed(svg(10, 10, words, [text(0, 0, words)]));
      }),
    );
  });

  it("embeds pixels as a PNG that is shown in squares", () => {
    const grey = { width: 2, height: 1, data: Uint8Array.of(7, 200) };
    expect(picture(0, 0, 20, grey)).toMatch(/width="20" height="10" style="[^"]*image-rendering:pixelated"/);
    const [found] = imagesIn(picture(0, 0, 20, grey));
    expect({ ...found, data: [...found!.data] }).toMatchObject({
      width: 2,
      height: 1,
      channels: 1,
      data: [7, 200],
    });
  });
});

describe("drawImage", () => {
  const pixels = Uint8Array.from({ length: 3 * 4 }, (_, k) => 10 * k);

  it("draws three channels as red, green and blue", () => {
    const drawn = drawImage({ pixels, shape: [3, 2, 2], title: "a", caption: "b" });
    requireWellFormed(drawn);
    const images = imagesIn(drawn);
    expect(images).toHaveLength(1);
    expect([...images[0]!.data]).toEqual([0, 40, 80, 10, 50, 90, 20, 60, 100, 30, 70, 110]);
  });

  it("draws one channel as grey, and any other number side by side", () => {
    const one = imagesIn(drawImage({ pixels, shape: [1, 3, 4], title: "a" }));
    expect(one.map(({ width, height, data }) => [width, height, ...data])).toEqual([[4, 3, ...pixels]]);
    const two = imagesIn(drawImage({ pixels, shape: [2, 3, 2], title: "a" }));
    expect(two.map(({ data }) => [...data])).toEqual([[...pixels.slice(0, 6)], [...pixels.slice(6)]]);
  });
});
