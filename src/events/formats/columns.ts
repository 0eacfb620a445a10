/** Events stored as columns of numbers, in arrays or tables: names of columns, and checks of values. */

import { DataError, type Place } from "../../errors.ts";
import { type Elements, numbersOf } from "../../files/arrays/element-type.ts";
import { allocateEvents, type Events, type Sensor } from "../events.ts";
import type { OffSensor } from "../recording-format.ts";
import { sizeOf } from "../sensor.ts";
import { offSensorRemedy } from "./damage.ts";
import { firstOf } from "./decode.ts";

/** Names of columns in use; the first of each is the one that is written here. */
export const columnNames = {
  t: ["t", "ts", "timestamp", "timestamps"],
  x: ["x", "xs"],
  y: ["y", "ys"],
  p: ["p", "ps", "polarity", "pol", "on"],
} as const;

export type Column = keyof typeof columnNames;

/** The name of each column among `names`; undefined unless all four are there. */
export const findColumns = (names: readonly string[]): Readonly<Record<Column, string>> | undefined => {
  const find = (column: Column): string | undefined =>
    columnNames[column].find((candidate) => names.includes(candidate));
  const [t, x, y, p] = [find("t"), find("x"), find("y"), find("p")];
  return t === undefined || x === undefined || y === undefined || p === undefined
    ? undefined
    : { t, x, y, p };
};

export interface ColumnsPlace {
  readonly sensor: Sensor;
  readonly off: OffSensor;
  /** Time of the event before the first, in microseconds; 0 if there is none. */
  readonly last: number;
  /** Number of the first event in the recording. */
  readonly first: number;
  /** Unit of the times, and offset added to them, both in microseconds; default 1 and 0. */
  readonly unit?: number;
  readonly start?: number;
  /** Place of the value of an event, for errors. */
  readonly whereIs: (column: Column, event: number) => Place;
}

/** The events before the first damage, and its error. */
interface DecodedColumns {
  readonly events: Events;
  readonly damage?: DataError;
}

/**
 * The events with the times, columns, rows and polarities (ON above 0, OFF 0 or -1) in `columns`, all of one length.
 * Times are rounded to whole microseconds where the unit is not one. `damage` is the error for a time that is not whole
 * microseconds or goes back, an event off the sensor, or a polarity that is neither.
 */
export const eventsOfColumns = (
  columns: Readonly<Record<Column, Elements>>,
  place: ColumnsPlace,
): DecodedColumns => {
  const { sensor, off, unit = 1, start = 0 } = place;
  const [t, x, y, p] = [
    numbersOf(columns.t),
    numbersOf(columns.x),
    numbersOf(columns.y),
    numbersOf(columns.p),
  ];
  const count = t.length;
  const events = allocateEvents(count);
  const { width, height } = sensor;
  let { last } = place;
  let kept = 0;
  const until = (damage: DataError): DecodedColumns => ({ events: firstOf(events, kept), damage });
  for (let i = 0; i < count; i++) {
    const time = unit === 1 ? t[i]! + start : Math.round(t[i]! * unit) + start;
    const [column, row, polarity] = [x[i]!, y[i]!, p[i]!];
    if (!(isBelow(column, width) && isBelow(row, height))) {
      if (!off.drop || !Number.isInteger(column) || !Number.isInteger(row))
        return until(badPixel(place, i, column, row));
      off.count++;
      continue;
    }
    if (!(time >= last && Number.isSafeInteger(time))) return until(badTime(place, i, time, last));
    if (polarity !== 1 && polarity !== 0 && polarity !== -1) return until(badPolarity(place, i, polarity));
    events.t[kept] = time;
    events.x[kept] = column;
    events.y[kept] = row;
    events.polarity[kept++] = polarity > 0 ? 1 : 0;
    last = time;
  }
  return { events: firstOf(events, kept) };
};

const isBelow = (value: number, end: number): boolean => value >= 0 && value < end && Number.isInteger(value);

const refuse = (
  place: ColumnsPlace,
  column: Column,
  i: number,
  given: string,
  expected: string,
  remedy: string,
) =>
  new DataError(place.whereIs(column, place.first + i), {
    given: `event ${place.first + i} ${given}`,
    expected,
    remedy,
  });

const badTime = (place: ColumnsPlace, i: number, time: number, last: number): DataError =>
  time < last
    ? refuse(
        place,
        "t",
        i,
        `at ${time} us after one at ${last} us`,
        "events in order of time from 0 on",
        sortRemedy,
      )
    : refuse(
        place,
        "t",
        i,
        `at ${time} us`,
        "whole microseconds below 2^53",
        "Convert times to whole microseconds.",
      );

const sortRemedy = "Sort the events by their time, or check that the file is whole.";

const badPixel = (place: ColumnsPlace, i: number, column: number, row: number): DataError =>
  refuse(
    place,
    isBelow(column, place.sensor.width) ? "y" : "x",
    i,
    `at column ${column}, row ${row}`,
    `one on the sensor of ${sizeOf(place.sensor)} pixels`,
    offSensorRemedy,
  );

const badPolarity = (place: ColumnsPlace, i: number, polarity: number): DataError =>
  refuse(
    place,
    "p",
    i,
    `of polarity ${polarity}`,
    "1 for ON, and 0 or -1 for OFF",
    "Convert the polarities.",
  );
