/** Effective conductances of crossbars, against ngspice. */
import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { type Crossbar, effectiveConductances } from "../../src/substrate/crossbar.ts";
import { uniform } from "../nn/draw.ts";

interface Case {
  readonly rows: number;
  readonly columns: number;
  readonly wireResistanceOhms: number;
  readonly microsiemens: readonly number[];
  readonly volts: readonly number[];
  /** Current out of each column, by ngspice. */
  readonly microamperes: readonly number[];
}

const { cases } = JSON.parse(
  await readFile(new URL("../fixtures/crossbars.json", import.meta.url), "utf8"),
) as { readonly cases: readonly Case[] };

const currents = (
  { rows, columns }: Pick<Crossbar, "rows" | "columns">,
  g: ArrayLike<number>,
  volts: readonly number[],
): number[] =>
  Array.from({ length: columns }, (_, j) => {
    let sum = 0;
    for (let i = 0; i < rows; i++) sum += g[i * columns + j]! * volts[i]!;
    return sum;
  });

describe("currents are those of ngspice, to 1e-4 of the largest", () => {
  test.each(cases)("$rows x $columns, $wireResistanceOhms Ohm", (it) => {
    const { rows, columns, microsiemens: conductances, volts, microamperes } = it;
    const wire = 1e6 / it.wireResistanceOhms;
    const found = currents(it, effectiveConductances({ rows, columns, conductances, wire }), volts);
    const largest = Math.max(...microamperes.map(Math.abs));
    for (const [j, current] of found.entries())
      expect(Math.abs(current - microamperes[j]!) / largest).toBeLessThan(1e-4);
    // Wires matter in these cases, or the test would be trivial.
    const ideal = currents(it, conductances, volts);
    expect(Math.max(...ideal.map((current, j) => Math.abs(current - found[j]!))) / largest).toBeGreaterThan(
      1e-3,
    );
  });
});

test("one cell is in series with two segments of wire", () => {
  const [g] = effectiveConductances({ rows: 1, columns: 1, conductances: [5], wire: 20 });
  expect(g).toBeCloseTo(1 / (1 / 5 + 2 / 20), 12);
});

test("wires that hardly resist leave conductances as they are; a cell that does not conduct stays so", () => {
  const conductances = uniform("cells", 12, 0, 10);
  conductances[7] = 0;
  const found = effectiveConductances({ rows: 3, columns: 4, conductances, wire: 1e12 });
  for (const [k, g] of found.entries()) expect(g).toBeCloseTo(conductances[k]!, 8);
});

test("wires as poor as the cells are solved too", () => {
  const [rows, columns] = [12, 9];
  const conductances = uniform("poor", rows * columns, 0.5, 2);
  const found = effectiveConductances({ rows, columns, conductances, wire: 1 });
  // Seen from the columns' ends, rows and columns change places, and both are counted from the other end.
  const swapped = Array.from({ length: rows * columns }, (_, k) => {
    const [row, column] = [rows - 1 - (k % rows), columns - 1 - Math.floor(k / rows)];
    return conductances[row * columns + column]!;
  });
  const other = effectiveConductances({ rows: columns, columns: rows, conductances: swapped, wire: 1 });
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++)
      expect(other[(columns - 1 - j) * rows + (rows - 1 - i)]! / found[i * columns + j]!).toBeCloseTo(1, 5);
});
