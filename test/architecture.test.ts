/** The drawing of the rooms. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { drawArchitecture, reducedLinks } from "../scripts/draw-architecture.ts";
import { type ImportGraph, readImports, roomOf } from "../scripts/import-graph.ts";
import { requireWellFormed } from "./drawing/svg.ts";

const graph = readImports(fileURLToPath(new URL("../src", import.meta.url)));
const drawing = drawArchitecture(graph);

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const boxesIn = (svg: string): Box[] =>
  [...svg.matchAll(/<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)" rx/g)].map(
    ([, ...numbers]) => {
      const [x, y, width, height] = numbers.map(Number) as [number, number, number, number];
      return { x, y, width, height };
    },
  );

/** Points of all curves, evenly in their parameter. */
const pointsIn = (svg: string): { x: number; y: number }[] =>
  [...svg.matchAll(/<path d="([^"]+)"/g)].flatMap(([, path]) => {
    let at = { x: 0, y: 0 };
    return [...path!.matchAll(/([MCV])((?: -?[\d.]+)+)/g)].flatMap(([, command, values]) => {
      const n = values!.trim().split(" ").map(Number);
      const start = at;
      if (command === "M") at = { x: n[0]!, y: n[1]! };
      if (command === "V") at = { x: start.x, y: n[0]! };
      if (command === "C") at = { x: n[4]!, y: n[5]! };
      const controls = command === "C" ? [n[0]!, n[1]!, n[2]!, n[3]!] : [start.x, start.y, at.x, at.y];
      if (command === "M") return [];
      return Array.from({ length: 21 }, (_, k) => {
        const t = k / 20;
        const cubic = (a: number, b: number, c: number, d: number): number =>
          a * (1 - t) ** 3 + 3 * b * t * (1 - t) ** 2 + 3 * c * t ** 2 * (1 - t) + d * t ** 3;
        return {
          x: cubic(start.x, controls[0]!, controls[2]!, at.x),
          y: cubic(start.y, controls[1]!, controls[3]!, at.y),
        };
      });
    });
  });

describe("the drawing", () => {
  it("is that in docs/architecture.svg; `npx tsx scripts/draw-architecture.ts` draws it again", async () => {
    const file = new URL("../docs/architecture.svg", import.meta.url);
    expect(await readFile(file, "utf8")).toBe(drawing);
  });

  it("is well formed and shows every room once", () => {
    requireWellFormed(drawing);
    const rooms = [...new Set([...graph.keys()].map(roomOf))];
    for (const room of rooms) expect(drawing.split(`>${room}</text>`)).toHaveLength(2);
    expect(boxesIn(drawing)).toHaveLength(rooms.length);
  });

  it("has boxes that do not overlap, and arrows that pass between them", () => {
    const boxes = boxesIn(drawing);
    for (const [k, a] of boxes.entries())
      for (const b of boxes.slice(k + 1))
        expect(
          a.x + a.width < b.x || b.x + b.width < a.x || a.y + a.height < b.y || b.y + b.height < a.y,
        ).toBe(true);
    const points = pointsIn(drawing);
    expect(points.length).toBeGreaterThan(500);
    const isInside = ({ x, y }: { x: number; y: number }): boolean =>
      boxes.some((box) => x > box.x && x < box.x + box.width && y > box.y + 1 && y < box.y + box.height - 1);
    expect(points.filter(isInside)).toEqual([]);
  });
});

it("leaves arrows out that follow from others", () => {
  const made: ImportGraph = new Map([
    ["cli/a.ts", ["nn/b.ts", "tensor/c.ts", "errors.ts"]],
    ["nn/b.ts", ["tensor/c.ts"]],
    ["tensor/c.ts", ["errors.ts"]],
    ["errors.ts", []],
  ]);
  expect(reducedLinks(made)).toEqual([
    ["tensor", "ground"],
    ["nn", "tensor"],
    ["cli", "nn"],
  ]);
});
