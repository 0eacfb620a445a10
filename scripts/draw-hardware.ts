/**
 * Draws the pictures of docs/hardware.md, by the device models themselves.
 *
 *     npx tsx scripts/draw-hardware.ts
 */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { INK, line, rectangle, svg, text } from "../src/drawing/svg.ts";
import type { Figure } from "../src/experiments/findings/findings.ts";
import { key } from "../src/random/key.ts";
import { drawFigure } from "../src/report/plot.ts";
import { normalQuantile } from "../src/statistics/normal.ts";
import { mean } from "../src/statistics/student.ts";
import { conductancesAt } from "../src/substrate/conductances.ts";
import type { AnalogDevice } from "../src/substrate/device.ts";
import { analogDeviceByName } from "../src/substrate/devices/devices.ts";
import { polynomial } from "../src/substrate/polynomial.ts";
import { programmedConductances } from "../src/substrate/programming.ts";
import { passCorrelation, transmissionProbabilities } from "../src/substrate/switches/switch.ts";
import { ornsteinUhlenbeck } from "../src/substrate/switches/switching.ts";

const [pcm, fefetSelector] = ["pcm", "fefet-selector"].map(analogDeviceByName) as [
  AnalogDevice,
  AnalogDevice,
];
const CELLS = 2000;
const G_MAX = pcm.cell.gMaxMicrosiemens;
const keys = (stream: string) => key(1, `drawing/${stream}`);

/** A figure on a white ground: lines in the ink of the text are black. */
const drawn = (figure: Omit<Figure, "name" | "caption">): string =>
  drawFigure({ name: "", caption: "", ...figure }, { width: 760, height: 280, legend: "below" }).replace(
    "</title>",
    `</title><rect width="100%" height="100%" fill="${INK.ground}"/>`,
  );

const programming = (): string => {
  const targets = Array.from({ length: 26 }, (_, k) => (k * G_MAX) / 25);
  const measured = targets.map((target) => {
    const cells = programmedConductances(pcm.cell, new Float64Array(CELLS).fill(target), (stream) =>
      key(1, `drawing/${stream}`, Math.round(100 * target)),
    );
    return Math.sqrt(mean([...cells].map((g) => (g - target) ** 2)));
  });
  const { deviationMicrosiemens } = pcm.cell.programming!;
  return drawn({
    title: "Programming noise of phase-change memory",
    x: { label: "conductance to program (uS)" },
    y: { label: "deviation (uS)" },
    series: [
      {
        name: "polynomial of the device's file",
        points: targets.map((x) => ({ x, y: polynomial(deviationMicrosiemens, x / G_MAX) })),
      },
      {
        name: `root mean square error of ${CELLS} simulated cells; at 0 uS half of the noise is cut off`,
        points: targets.map((x, k) => ({ x, y: measured[k]! })),
      },
    ],
  });
};

const YEAR = 365 * 86_400;

const drift = (): string => {
  const times = Array.from({ length: 31 }, (_, k) => YEAR ** (k / 30));
  const { programming: _, ...cell } = pcm.cell;
  return drawn({
    title: "Drift and read noise of phase-change memory",
    x: { label: "seconds after programming", scale: "log" },
    y: { label: "conductance (uS)" },
    series: [20, 10, 5].map((target) => ({
      name: `programmed to ${target} uS: mean and 16 to 84 % of ${CELLS} simulated cells`,
      points: times.map((x) => {
        const cells = conductancesAt(cell, new Float64Array(CELLS).fill(target), x, keys).toSorted();
        return { x, y: mean([...cells]), low: cells[0.16 * CELLS]!, high: cells[0.84 * CELLS]! };
      }),
    })),
  });
};

const [PASSES, OFF, ON] = [60, -4, -3.3];

const switching = (): string => {
  const series = fefetSelector.switch!;
  const p = transmissionProbabilities(series, keys("switch"), 1)[0]!;
  const threshold = normalQuantile(p);
  const values: number[] = [];
  for (const [x] of ornsteinUhlenbeck(keys("process"), passCorrelation(series), 1)) {
    values.push(x!);
    if (values.length === PASSES) break;
  }
  const steps = values.flatMap((x, pass) =>
    [pass, pass + 1].map((at) => ({ x: at, y: x < threshold ? ON : OFF })),
  );
  return drawn({
    title: "A switch of fefet-selector, pass by pass",
    x: { label: "pass" },
    y: { label: "Ornstein-Uhlenbeck process" },
    series: [
      { name: "process of one switch", points: values.map((y, pass) => ({ x: pass + 0.5, y })) },
      {
        name: `threshold, below which it transmits: with the probability ${p.toFixed(2)}`,
        points: [0, PASSES].map((x) => ({ x, y: threshold })),
      },
      { name: "transmits (upper) or not (lower)", points: steps },
    ],
  });
};

const [ROWS, UNITS] = [4, 3];
const [LEFT, TOP, ROW, COLUMN, UNIT] = [60, 76, 52, 62, 158];

/** Place of the positive or the negative column of a unit. */
const columnAt = (unit: number, side: 0 | 1): number => LEFT + 50 + unit * UNIT + side * COLUMN;
const rowAt = (row: number): number => TOP + row * ROW;

const CELL_STYLE = 'fill="#dbeafe" stroke="#0072b2" rx="2"';

/** A cell between its row wire and its column wire, with a switch in series. */
const cellAt = (x: number, y: number): string =>
  [
    line(x - 30, y, x - 30, y + 14, INK.text),
    // The switch: an open contact.
    line(x - 30, y + 14, x - 22, y + 8, "#d55e00"),
    line(x - 21, y + 14, x - 18, y + 14, INK.text),
    rectangle(x - 18, y + 9, 12, 10, CELL_STYLE),
    line(x - 6, y + 14, x, y + 14, INK.text),
  ].join("");

const triangle = (x: number, y: number): string =>
  `<path d="M${x - 24} ${y} H${x + 24} L${x} ${y + 30} Z" fill="#dcfce7" stroke="#009e73"/>`;

const tile = (): string => {
  const bottom = rowAt(ROWS - 1) + 40;
  const right = columnAt(UNITS - 1, 1) + 20;
  const middle = (unit: number): number => (columnAt(unit, 0) + columnAt(unit, 1)) / 2;
  const rows = Array.from({ length: ROWS }, (_, j) => [
    text(LEFT - 14, rowAt(j) + 4, `V z${"₁₂₃₄"[j]}`, { anchor: "end" }),
    line(LEFT - 8, rowAt(j), right, rowAt(j), INK.faint),
  ]);
  const units = Array.from({ length: UNITS }, (_, i) => {
    const x = middle(i);
    return [
      ...([0, 1] as const).flatMap((side) => [
        text(columnAt(i, side), TOP - 16, side === 0 ? "g+" : "g−", {
          anchor: "middle",
          size: 11,
          fill: INK.faint,
        }),
        line(columnAt(i, side), TOP - 8, columnAt(i, side), bottom, INK.faint),
        line(columnAt(i, side), bottom, x + (side === 0 ? -12 : 12), bottom + 16, INK.faint),
        ...Array.from({ length: ROWS }, (_, j) => cellAt(columnAt(i, side), rowAt(j))),
      ]),
      triangle(x, bottom + 16),
      text(x - 12, bottom + 28, "+", { anchor: "middle", size: 11 }),
      text(x + 12, bottom + 28, "−", { anchor: "middle", size: 11 }),
      line(x, bottom + 46, x, bottom + 58, INK.text),
      text(x, bottom + 74, `z′${"₁₂₃"[i]}`, { anchor: "middle" }),
    ];
  });
  const noteAt = right + 24;
  const note = (y: number, lines: readonly string[]): string[] =>
    lines.map((content, k) => text(noteAt, y + 16 * k, content, { fill: k === 0 ? INK.text : INK.faint }));
  return svg(noteAt + 280, bottom + 92, "A tile of an analog array", [
    text(20, 28, "A tile: rows carry inputs, two columns are a unit", { size: 15, weight: 600 }),
    ...rows.flat(),
    ...units.flat(),
    ...note(TOP + 6, ["row wires, driven at the left", "each segment resists: wireResistanceOhms"]),
    ...note(TOP + 60, [
      "blue: a cell of conductance g",
      "orange: its switch, which transmits",
      "with the probability p",
    ]),
    ...note(TOP + 130, ["a weight is two cells:", "w = (g+ − g−) / s"]),
    ...note(bottom + 24, [
      "green: comparators, with offset and noise,",
      "fire where the difference is above 0",
    ]),
  ]);
};

/** The pictures by their names in docs/. */
export const hardwareDrawings = (): Readonly<Record<string, string>> => ({
  "hardware-tile.svg": tile(),
  "hardware-programming.svg": programming(),
  "hardware-drift.svg": drift(),
  "hardware-switch.svg": switching(),
});

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const [name, drawing] of Object.entries(hardwareDrawings()))
    writeFileSync(new URL(`../docs/${name}`, import.meta.url), drawing);
