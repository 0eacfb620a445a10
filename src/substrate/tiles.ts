/**
 * Tiles of an array, and what their wires leave of conductances. Input j drives row j mod rows of a tile, and unit i takes two
 * neighbouring columns, first that of its positive cells; a unit with more inputs than a tile has rows adds the currents of several
 * tiles. Wires see cells with a switch in series by their mean conductance p g.
 */
import { type Crossbar, effectiveConductances } from "./crossbar.ts";

/** Conductances of positive and negative cells, [units, inputs] each, in microsiemens. */
export interface CellPairs {
  readonly plus: Float64Array;
  readonly minus: Float64Array;
}

/** Size of a tile and resistance of its wires. */
interface Tile {
  readonly rows: number;
  readonly columns: number;
  readonly wireResistanceOhms: number;
}

/** Effective conductances of cells behind the wires of their tiles. `probability`: that of each pair's switch. */
export const throughWires = (
  { rows, columns, wireResistanceOhms }: Tile,
  { plus, minus }: CellPairs,
  units: number,
  probability?: Float32Array,
): CellPairs => {
  if (wireResistanceOhms === 0) return { plus, minus };
  const inputs = plus.length / units;
  const effective: CellPairs = { plus: plus.slice(), minus: minus.slice() };
  /** Column c of the array is the positive or negative side of unit c / 2; its cell at input j is number unit inputs + j. */
  const side = (pairs: CellPairs, column: number): Float64Array =>
    column % 2 === 0 ? pairs.plus : pairs.minus;
  const place = (column: number, j: number): number => Math.floor(column / 2) * inputs + j;
  for (let top = 0; top < inputs; top += rows)
    for (let left = 0; left < 2 * units; left += columns) {
      const size = { rows: Math.min(rows, inputs - top), columns: Math.min(columns, 2 * units - left) };
      const conductances = new Float64Array(size.rows * size.columns);
      for (let k = 0; k < conductances.length; k++) {
        const [j, column] = [top + Math.floor(k / size.columns), left + (k % size.columns)];
        const cell = place(column, j);
        conductances[k] = (probability?.[cell] ?? 1) * side({ plus, minus }, column)[cell]!;
      }
      const crossbar: Crossbar = { ...size, conductances, wire: 1e6 / wireResistanceOhms };
      for (const [k, seen] of effectiveConductances(crossbar).entries()) {
        if (conductances[k] === 0) continue;
        const [j, column] = [top + Math.floor(k / size.columns), left + (k % size.columns)];
        side(effective, column)[place(column, j)]! *= seen / conductances[k]!;
      }
    }
  return effective;
};
