/** Tables of events, read some rows at a time in constant memory. */

import type { Place } from "../../errors.ts";
import type { Elements } from "../../files/arrays/element-type.ts";
import type { Events, Sensor } from "../events.ts";
import type { OffSensor } from "../recording-format.ts";
import { type Column, eventsOfColumns } from "./columns.ts";

export interface EventTable {
  /** Number of events. */
  readonly count: number;
  /** Number of events best read at once. */
  readonly atOnce: number;
  /** Reads the next `count` events; at most as many as are left. */
  readonly read: (count: number) => Promise<Readonly<Record<Column, Elements>>>;
  /** Place of the value of an event, for errors. */
  readonly whereIs: (column: Column, event: number) => Place;
  /** Unit of the times, and offset added to them, both in microseconds. */
  readonly unit?: number;
  readonly start?: number;
  readonly close: () => Promise<void>;
}

/** The events of a table, each checked (columns.ts). */
export async function* eventsOfTable(
  table: EventTable,
  sensor: Sensor,
  off: OffSensor,
): AsyncGenerator<Events> {
  try {
    let last = 0;
    for (let first = 0; first < table.count; first += table.atOnce) {
      const columns = await table.read(Math.min(table.atOnce, table.count - first));
      const { events, damage } = eventsOfColumns(columns, { ...table, sensor, off, first, last });
      last = events.t.at(-1) ?? last;
      if (events.t.length > 0) yield events;
      if (damage !== undefined) throw damage;
    }
  } finally {
    await table.close();
  }
}
