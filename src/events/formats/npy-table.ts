/** Tables of events in NumPy's arrays: one array of records, or one plain array for each column. */

import { DataError } from "../../errors.ts";
import { sizeOfType } from "../../files/arrays/element-type.ts";
import { arrayOf, columnsOf } from "../../files/arrays/npy.ts";
import type { NpyHeader } from "../../files/arrays/npy-header.ts";
import type { NpyStream } from "../../files/arrays/npy-stream.ts";
import { type Column, columnNames, findColumns } from "./columns.ts";
import type { EventTable } from "./event-table.ts";

/** Events and bytes that are read at once, whichever is less. */
const most = { events: 1 << 16, bytes: 1 << 20 };
/** Longest record, in bytes; those of events take less than a hundred. */
const longestRecord = 1 << 12;
const remedy = "Save the events with numpy.savez(file, t=.., x=.., y=.., p=.., width=.., height=..).";

/** The names of the fields of an array of records. */
export const fieldNames = ({ fields }: NpyHeader): string[] => fields.map(({ name = "" }) => name);

/** The table in an array of records. Throws DataError unless it has one dimension and all fields. */
export const recordsTable = (stream: NpyStream): EventTable => {
  const { name, header } = stream;
  const names = findColumns(fieldNames(header));
  if (!names) throw noEvents(name, `the fields ${fieldNames(header).join(", ") || "of a plain array"}`);
  checkShape(stream);
  const { recordBytes } = header;
  if (recordBytes > longestRecord)
    throw noEvents(name, `records of ${recordBytes} bytes`, `records of at most ${longestRecord} bytes`);
  return {
    count: header.count,
    atOnce: Math.min(most.events, Math.floor(most.bytes / recordBytes)),
    read: async (count) => {
      const columns = columnsOf({ ...header, shape: [count], count }, await stream.read(count), name);
      const of = (column: Column) => columns.get(names[column])!.data;
      return { t: of("t"), x: of("x"), y: of("y"), p: of("p") };
    },
    whereIs: (column, event) => {
      const { offset } = header.fields.find((field) => field.name === names[column])!;
      return { file: name, offset: header.dataStart + event * header.recordBytes + offset };
    },
    close: stream.close,
  };
};

/** The table of four plain arrays. Throws DataError unless each has one dimension, and all one length. */
export const arraysTable = (streams: Readonly<Record<Column, NpyStream>>): EventTable => {
  const { count } = streams.t.header;
  for (const stream of Object.values(streams)) {
    checkShape(stream);
    if (stream.header.count !== count)
      throw noEvents(stream.name, `${stream.header.count} values`, `${count}, as there are times`);
  }
  const read = async (column: Column, rows: number) => {
    const { header, name, ...stream } = streams[column];
    return arrayOf({ ...header, shape: [rows] }, await stream.read(rows), name).data;
  };
  return {
    count,
    atOnce: most.events,
    read: async (rows) => ({
      t: await read("t", rows),
      x: await read("x", rows),
      y: await read("y", rows),
      p: await read("p", rows),
    }),
    whereIs: (column, event) => {
      const { name, header } = streams[column];
      return { file: name, offset: header.dataStart + event * sizeOfType(header.fields[0]!.type) };
    },
    close: async () => {
      for (const stream of Object.values(streams)) await stream.close();
    },
  };
};

const checkShape = ({ name, header }: NpyStream): void => {
  if (header.shape.length !== 1)
    throw noEvents(name, `the shape (${header.shape.join(", ")})`, "one dimension");
};

/** The error for a file without the columns of events. */
export const noEvents = (
  file: string,
  given: string,
  expected = `events: ${Object.keys(columnNames).join(", ")}, as fields of records or as an array of each`,
  more = "",
): DataError => new DataError({ file }, { given, expected, remedy: `${remedy}${more}` });
