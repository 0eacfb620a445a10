/** Reading values of a chart: the pointer and the keyboard move a cursor along x. */
import { useState } from "preact/hooks";
import type { Axis } from "./axis.ts";
import { classOf, drawnIndices, nearestIndex, type Series } from "./series.ts";

/** A series that has a name, and its value nearest to the cursor. */
interface Read {
  readonly series: Series;
  readonly x: number;
  readonly y: number;
  readonly upper: number | undefined;
}

export interface Reading {
  /** Where values are read; undefined while none are. */
  readonly at: number | undefined;
  readonly read: readonly Read[];
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onPointerMove: (event: PointerEvent) => void;
  readonly onPointerLeave: () => void;
}

/** Where the cursor may stand: the values of x that are drawn of any series with a name. */
const stopsOf = (named: readonly Series[], most: number): readonly number[] =>
  [...new Set(named.flatMap(({ x }) => drawnIndices(x.length, most).map((k) => x[k]!)))].toSorted(
    (a, b) => a - b,
  );

/** Part of the stops that Page Up and Page Down pass over. */
const PAGE = 0.1;

/** The stop that a key goes to from stop `place`, -1 for none; undefined for a key that reads nothing. */
const stopFor = (key: string, place: number, count: number): number | undefined => {
  const [last, page] = [count - 1, Math.max(1, Math.round(PAGE * count))];
  const back = (by: number): number => (place < 0 ? last : place - by);
  switch (key) {
    case "ArrowRight":
      return place + 1;
    case "ArrowLeft":
      return back(1);
    case "PageDown":
      return place + page;
    case "PageUp":
      return back(page);
    case "Home":
      return 0;
    case "End":
      return last;
    default:
      return undefined;
  }
};

/** The cursor of a chart. `most`: most values that are drawn of a series. */
export const useReading = (series: readonly Series[], across: Axis, most: number): Reading => {
  const [at, setAt] = useState<number | undefined>(undefined);
  const named = series.filter(({ name }) => name !== undefined);
  const read = named.flatMap((each): readonly Read[] => {
    const k = at === undefined ? undefined : nearestIndex(each.x, at);
    return k === undefined ? [] : [{ series: each, x: each.x[k]!, y: each.y[k]!, upper: each.upper?.[k] }];
  });
  return {
    ...{ at, read },
    onKeyDown(event) {
      if (event.key === "Escape") setAt(undefined);
      const stops = stopsOf(named, most);
      const place = at === undefined ? -1 : nearestIndex(stops, at)!;
      const next = stopFor(event.key, place, stops.length);
      if (next === undefined || stops.length === 0) return;
      event.preventDefault();
      setAt(stops[Math.min(stops.length - 1, Math.max(0, next))]);
    },
    onPointerMove(event) {
      const { left } = (event.currentTarget as Element).getBoundingClientRect();
      const stops = stopsOf(named, most);
      const k = nearestIndex(stops, across.valueAt(event.clientX - left));
      setAt(k === undefined ? undefined : stops[k]);
    },
    onPointerLeave: () => setAt(undefined),
  };
};

interface CursorProps {
  readonly reading: Reading;
  readonly across: Axis;
  readonly up: Axis;
  /** Pixels of its ends. */
  readonly from: number;
  readonly to: number;
}

export const Cursor = ({ reading: { at, read }, across, up, from, to }: CursorProps) =>
  at === undefined ? null : (
    <g>
      <line class="cursor" x1={across.at(at)} x2={across.at(at)} y1={from} y2={to} />
      {read
        .filter(({ series }) => series.mark !== "band")
        .map(({ series, x, y }) => (
          <g key={series.name} class={classOf({ ...series, mark: "line" })}>
            <circle cx={across.at(x)} cy={up.at(y)} r={4.5} />
          </g>
        ))}
    </g>
  );

interface ReadingTextProps {
  readonly reading: Reading;
  readonly xLabel: string;
  readonly format: (value: number) => string;
}

/** The values at the cursor in words; one that was taken at another x says where. */
export const ReadingText = ({ reading: { at, read }, xLabel, format }: ReadingTextProps) => {
  const wordsOf = ({ series, x, y, upper }: Read): string =>
    `${series.name} ${format(y)}${upper === undefined ? "" : ` to ${format(upper)}`}` +
    (x === at ? "" : ` (at ${format(x)})`);
  return (
    <p class="reading number" aria-live="polite">
      {at === undefined ? "" : `${xLabel} ${format(at)}: ${read.map(wordsOf).join(", ")}`}
    </p>
  );
};
