/**
 * Events in an .npz file, as an array of records (npy-file.ts) or as an array of each of times, columns, rows and
 * polarities; there may be `width` and `height`. Times are whole microseconds. Node only.
 */

import { numbersOf } from "../../files/arrays/element-type.ts";
import { arrayOf } from "../../files/arrays/npy.ts";
import type { NpyStream } from "../../files/arrays/npy-stream.ts";
import { openNpz } from "../../files/arrays/npz.ts";
import { arraysIn, type Npz } from "../../files/arrays/npz-arrays.ts";
import type { Sensor } from "../events.ts";
import type { RecordingFormat } from "../recording-format.ts";
import { sensorOf } from "../sensor.ts";
import { findColumns } from "./columns.ts";
import { type EventTable, eventsOfTable } from "./event-table.ts";
import { arraysTable, fieldNames, noEvents, recordsTable } from "./npy-table.ts";

export const npzFormat: RecordingFormat = {
  name: "npz",
  endings: [".npz"],
  isStart: (start) => "PK\x03\x04" === String.fromCharCode(...start.subarray(0, 4)),
  open: async (source, { sensor: given, off }) => {
    const npz = await openNpz(source);
    const table = await tableIn(npz);
    const sensor = sensorOf(source, { given, stated: await statedSize(npz) });
    return { format: "npz", sensor, chunks: eventsOfTable(await table(), sensor, off) };
  },
};

const statedSize = async (npz: Npz): Promise<Sensor | undefined> => {
  if (!npz.names.includes("width") || !npz.names.includes("height")) return undefined;
  const [width, height] = [await scalar(npz, "width"), await scalar(npz, "height")];
  return { width, height };
};

const scalar = async (npz: Npz, name: string): Promise<number> => {
  const { name: file, header, read, close } = await npz.open(name);
  try {
    if (header.count !== 1) throw noEvents(file, `the shape (${header.shape.join(", ")})`, "one number");
    return numbersOf(arrayOf(header, await read(1), file).data)[0]!;
  } finally {
    await close();
  }
};

/** Finds the table of events; the result opens it. Throws DataError if there is none. */
const tableIn = async (npz: Npz): Promise<() => Promise<EventTable>> => {
  const names = findColumns(npz.names);
  if (names)
    return async () => {
      const opening = [names.t, names.x, names.y, names.p].map(npz.open);
      const [t, x, y, p] = (await Promise.all(opening)) as [NpyStream, NpyStream, NpyStream, NpyStream];
      return arraysTable({ t, x, y, p });
    };
  for (const name of npz.names) {
    const { header, close } = await npz.open(name);
    await close();
    if (findColumns(fieldNames(header))) return async () => recordsTable(await npz.open(name));
  }
  const given = arraysIn(npz.names);
  throw noEvents(npz.name, given, undefined, " Images x and labels y are read by the folder of train.npz.");
};
