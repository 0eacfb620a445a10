/** Layout of a layer's units as maps side by side, one pixel a unit and one between maps. */

/** A layout of maps of `height` x `width` units in rows of `columns` maps. */
export interface Tiles {
  readonly maps: number;
  readonly height: number;
  readonly width: number;
  readonly columns: number;
  /** Size of the picture in pixels. */
  readonly size: readonly [width: number, height: number];
}

const GAP = 1;

/** Smallest power of two that makes the layout at least twice as wide as high. */
const columnsFor = (count: number): number => 2 ** Math.ceil(Math.log2(Math.sqrt(2 * count)));

/** Layout of a shape [.., channels, height, width], or of [units], which become one map. */
export const tilesOf = (shape: readonly number[]): Tiles => {
  const isDense = shape.length < 3;
  const count = shape.reduce((product, side) => product * side, 1);
  const width = isDense ? Math.min(count, columnsFor(count)) : shape.at(-1)!;
  const height = isDense ? Math.ceil(count / width) : shape.at(-2)!;
  const maps = isDense ? 1 : count / (height * width);
  const columns = Math.min(maps, columnsFor(maps));
  const along = (number: number, side: number): number => number * (side + GAP) - GAP;
  return {
    ...{ maps, height, width, columns },
    size: [along(columns, width), along(Math.ceil(maps / columns), height)],
  };
};

/** Pixel of a unit. */
export const pixelOf = ({ height, width, columns }: Tiles, unit: number): readonly [number, number] => {
  const map = Math.floor(unit / (height * width));
  const place = unit % (height * width);
  return [
    (map % columns) * (width + GAP) + (place % width),
    Math.floor(map / columns) * (height + GAP) + Math.floor(place / width),
  ];
};

/** Unit at a pixel of the picture; undefined between maps and beyond the last. */
export const unitAt = (tiles: Tiles, x: number, y: number): number | undefined => {
  const { maps, height, width, columns } = tiles;
  const [left, top] = [x % (width + GAP), y % (height + GAP)];
  const column = Math.floor(x / (width + GAP));
  const map = Math.floor(y / (height + GAP)) * columns + column;
  if (x < 0 || y < 0 || left >= width || top >= height || column >= columns || map >= maps) return undefined;
  return (map * height + top) * width + left;
};

/** Row and column of a unit, not counting the pixels between maps. */
export const cellOf = (tiles: Tiles, unit: number): readonly [row: number, column: number] => {
  const [x, y] = pixelOf(tiles, unit);
  return [y - Math.floor(y / (tiles.height + GAP)), x - Math.floor(x / (tiles.width + GAP))];
};

/** Unit in a row and column; undefined where there is none. */
export const unitInCell = (tiles: Tiles, row: number, column: number): number | undefined =>
  unitAt(tiles, column + Math.floor(column / tiles.width) * GAP, row + Math.floor(row / tiles.height) * GAP);

/** Rows and columns of units. */
export const cellsOf = ({
  maps,
  height,
  width,
  columns,
}: Tiles): readonly [rows: number, columns: number] => [Math.ceil(maps / columns) * height, columns * width];
