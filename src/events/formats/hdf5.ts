/**
 * Events in HDF5 files, in the layouts of hdf5-layout.ts, read some rows at a time by the HDF5 library. That may hang
 * or crash on damaged files, so it runs in a thread that can be terminated. Node only.
 */

import { resolve } from "node:path";
import { DataError, WorkerError } from "../../errors.ts";
import { type Elements, numbersOf, readElements, sizeOfType } from "../../files/arrays/element-type.ts";
import type { ByteSource } from "../../files/byte-source.ts";
import { requirePackages } from "../../optional-package.ts";
import { type Sandbox, sandboxed } from "../../threads/sandbox.ts";
import type { RecordingFormat } from "../recording-format.ts";
import { sensorOf } from "../sensor.ts";
import type { Column } from "./columns.ts";
import { type EventTable, eventsOfTable } from "./event-table.ts";
import { checkDataset, lzfChunks } from "./hdf5-checks.ts";
import { type ColumnPlace, findEvents, type Hdf5Layout, places, statedSize } from "./hdf5-layout.ts";
import type { Hdf5Reply, Hdf5Request } from "./hdf5-requests.ts";

const signature = "\x89HDF\r\n\x1a\n";
const eventsAtOnce = 1 << 18;
const bytesAtOnce = 1 << 24;
/** Time limit of a request, far more than the largest chunks of four columns take. */
const seconds = 8;

export const hdf5Format: RecordingFormat = {
  name: "hdf5",
  endings: [".h5", ".hdf5"],
  isStart: (start) => String.fromCharCode(...start.subarray(0, signature.length)) === signature,
  open: async (source, { sensor: given, off }) => {
    const reply = await ask(source, { kind: "look", file: fileOf(source), ...places });
    if (!("look" in reply)) throw damaged(source, "another answer");
    const layout = findEvents(reply.look);
    if (!layout) throw noEvents(source, Object.keys(reply.look.datasets));
    const sensor = sensorOf(source, { given, stated: statedSize(reply.look), usual: layout.usual });
    return { format: "hdf5", sensor, chunks: eventsOfTable(await tableOf(source, layout), sensor, off) };
  },
};

const tableOf = async (source: ByteSource, { columns, offset, unit }: Hdf5Layout): Promise<EventTable> => {
  const count = columns.t.dataset.shape?.[0] ?? 0;
  for (const column of Object.values(columns)) checkDataset(source, column, count);
  let next = 0;
  const read = async (rows: number): Promise<Record<Column, Elements>> => {
    const start = next;
    next += rows;
    return readColumns(source, columns, start, rows);
  };
  return {
    count,
    atOnce: wholeChunks(columns),
    read,
    whereIs: (column) => ({ file: `${source.name}${columns[column].path}` }),
    unit,
    start: offset ? await readOffset(source, offset) : 0,
    close: async () => {},
  };
};

/** About `eventsAtOnce`, but no more than `bytesAtOnce` of a dataset, and no chunk of one is to be read twice. */
const wholeChunks = (columns: Hdf5Layout["columns"]): number => {
  const places = Object.values(columns);
  const longest = Math.max(1, ...places.map(({ dataset }) => dataset.chunks?.[0] ?? 1));
  const wanted = Math.min(eventsAtOnce, bytesAtOnce / Math.max(...places.map(({ rowBytes }) => rowBytes)));
  return longest * Math.max(1, Math.floor(wanted / longest));
};

const readColumns = async (
  source: ByteSource,
  columns: Hdf5Layout["columns"],
  start: number,
  count: number,
): Promise<Record<Column, Elements>> => {
  const paths = [...new Set(Object.values(columns).map(({ path }) => path))];
  const datasets = paths.map((path) => {
    const { dataset, width, rowBytes } = Object.values(columns).find((column) => column.path === path)!;
    return { path, width, bytes: rowBytes, lzf: lzfChunks(dataset) };
  });
  const rows = await readRows(source, { kind: "rows", file: fileOf(source), datasets, start, count });
  const of = ({ path, type, littleEndian, offset, rowBytes }: ColumnPlace): Elements =>
    readElements(rows[paths.indexOf(path)]!, {
      type: type!,
      littleEndian,
      offset,
      stride: rowBytes,
      count,
    });
  return { t: of(columns.t), x: of(columns.x), y: of(columns.y), p: of(columns.p) };
};

const readOffset = async (source: ByteSource, { path, type, dataset }: ColumnPlace): Promise<number> => {
  if (type === undefined || dataset.total_size !== 1) throw damaged(source, `${path}, which is no number`);
  const datasets = [{ path, bytes: dataset.size, width: 0 }];
  const [bytes] = await readRows(source, {
    kind: "rows",
    file: fileOf(source),
    datasets,
    start: 0,
    count: 1,
  });
  const stride = sizeOfType(type);
  return numbersOf(readElements(bytes!, { type, littleEndian: true, offset: 0, stride, count: 1 }))[0]!;
};

const readRows = async (source: ByteSource, request: Hdf5Request): Promise<readonly Uint8Array[]> => {
  const reply = await ask(source, request);
  if (!("rows" in reply)) throw damaged(source, "another answer");
  return reply.rows;
};

let library: Sandbox<Hdf5Request, Hdf5Reply> | undefined;

/** The library's reply. Throws DataError where it fails, crashes or times out. */
const ask = async (source: ByteSource, request: Hdf5Request): Promise<Hdf5Reply> => {
  requirePackages("reading HDF5", ["h5wasm"]);
  library ??= sandboxed("./hdf5-worker.js", import.meta.url, "the HDF5 library in a worker thread");
  const reply = await library.ask(request, seconds).catch((error) => {
    throw error instanceof WorkerError ? damaged(source, `${error.given} of the HDF5 library`, error) : error;
  });
  if ("damage" in reply) throw damaged(source, reply.damage, undefined, reply.offset);
  return reply;
};

const fileOf = ({ name, path }: ByteSource): string => {
  if (path !== undefined) return resolve(path);
  throw new DataError(
    { file: name },
    { given: "an HDF5 file in memory", expected: "one on disk", remedy: "Write it to a file and open that." },
  );
};

const damaged = ({ name }: ByteSource, given: string, cause?: unknown, offset?: number): DataError =>
  new DataError(
    { file: name, ...(offset === undefined ? {} : { offset }) },
    {
      given,
      expected: "a whole HDF5 file",
      remedy: "The file is damaged or truncated: fetch it again or give another.",
    },
    cause,
  );

const noEvents = ({ name }: ByteSource, found: readonly string[]): DataError =>
  new DataError(
    { file: name },
    {
      given: `an HDF5 file with ${found.join(", ") || "none of the datasets that are known"}`,
      expected:
        "events: CD/events, data/0 or events as records; t, x, y and p, in a group called events or in none; or events " +
        "or davis/left/events as four numbers a row",
      remedy: "Check that it is a recording of events; rename its datasets.",
    },
  );
