/** The cell of a grid of units that has the focus, and moves by the keys. */
import { useLayoutEffect, useRef } from "preact/hooks";
import { cellOf, cellsOf, pixelOf, type Tiles, unitInCell } from "./tiles.ts";

interface CellProps {
  readonly tiles: Tiles;
  readonly count: number;
  readonly unit: number;
  readonly isSelected: boolean;
  readonly name: string;
  readonly onUnit: (unit: number) => void;
}

const MOVES: Readonly<Record<string, readonly [rows: number, columns: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** The unit that a key leads to; undefined for other keys and beyond the last unit. */
const unitByKey = (tiles: Tiles, unit: number, { key, ctrlKey }: KeyboardEvent): number | undefined => {
  const [row, column] = cellOf(tiles, unit);
  const [rows, columns] = cellsOf(tiles);
  const move = MOVES[key];
  if (move) {
    const [down, right] = [row + move[0], column + move[1]];
    return down < rows && right < columns ? unitInCell(tiles, down, right) : undefined;
  }
  switch (key) {
    case "Home":
      return unitInCell(tiles, ctrlKey ? 0 : row, 0);
    case "End":
      return unitInCell(tiles, ctrlKey ? rows - 1 : row, columns - 1);
    case "PageUp":
      return unitInCell(tiles, Math.max(0, row - tiles.height), column);
    case "PageDown":
      return unitInCell(tiles, Math.min(rows - 1, row + tiles.height), column);
    case "Enter":
    case " ":
      return unit;
    default:
      return undefined;
  }
};

/** The grid's cell with the focus. */
export const Cell = ({ tiles, count, unit, isSelected, name, onUnit }: CellProps) => {
  const cell = useRef<HTMLDivElement>(null);
  const moved = useRef(false);
  useLayoutEffect(() => {
    if (moved.current) cell.current!.focus();
    moved.current = false;
  }, [unit]);
  const [x, y] = pixelOf(tiles, unit);
  const [width, height] = tiles.size;
  const [row, column] = cellOf(tiles, unit);
  const share = (part: number, whole: number): string => `${(100 * part) / whole}%`;
  return (
    // biome-ignore lint/a11y/useSemanticElements: see layer-map.tsx
    <div role="row" aria-rowindex={row + 1} tabIndex={-1}>
      {/* A cell of its own for each unit, so that screen readers read the one that the focus comes to. */}
      {/* biome-ignore lint/a11y/useSemanticElements: see layer-map.tsx */}
      <div
        key={unit}
        ref={cell}
        role="gridcell"
        aria-colindex={column + 1}
        aria-selected={isSelected}
        aria-label={name}
        tabIndex={0}
        class="cell"
        style={{
          ...{ left: share(x, width), top: share(y, height) },
          ...{ width: share(1, width), height: share(1, height) },
        }}
        onKeyDown={(event) => {
          const next = unitByKey(tiles, unit, event);
          if (next === undefined && !(event.key in MOVES)) return;
          event.preventDefault();
          if (next === undefined || next >= count) return;
          moved.current = true;
          onUnit(next);
        }}
      />
    </div>
  );
};
