/** What a chart draws: values over x. */

/**
 * How a series is drawn. `marked`: a line whose values are marked while they are few. `faint`: a thin line behind others.
 * `band`: the area between `y` and `upper`. `bars`: the outline of bars side by side on the axis, `x` their middles.
 */
type Mark = "line" | "marked" | "faint" | "dots" | "band" | "bars";

export interface Series {
  /** Name in the legend and beside the values that are read. A series without one is drawn only. */
  readonly name?: string;
  /** Place of its colour in the list of colours, from 0. */
  readonly colour: number;
  readonly mark: Mark;
  /** Rises. */
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  /** Upper edge of a band. */
  readonly upper?: ArrayLike<number>;
}

/** Number of colours; chart.css has them. */
export const COLOURS = 8;

/** Classes of a series: its colour, and dashes for the second half of the colours, which resemble those of the first. */
export const classOf = ({ colour, mark }: Pick<Series, "colour" | "mark">): string => {
  const place = colour % COLOURS;
  return `mark ${mark} colour-${place}${place < COLOURS / 2 ? "" : " dashed"}`;
};

/** Index of the value that is nearest to x; undefined without values. */
export const nearestIndex = (values: ArrayLike<number>, x: number): number | undefined => {
  if (values.length === 0) return undefined;
  let [low, high] = [0, values.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle]! < x) low = middle + 1;
    else high = middle;
  }
  return low > 0 && x - values[low - 1]! <= values[low]! - x ? low - 1 : low;
};

/** Indices to draw: all, or at most about `most`, evenly, the last among them. */
export const drawnIndices = (count: number, most: number): readonly number[] => {
  const step = Math.max(1, count / most);
  const chosen: number[] = [];
  for (let at = 0; at < count; at += step) chosen.push(Math.floor(at));
  if (count > 0 && chosen.at(-1) !== count - 1) chosen.push(count - 1);
  return chosen;
};
