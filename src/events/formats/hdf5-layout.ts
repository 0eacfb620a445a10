/**
 * Layouts of events in HDF5 files: one dataset of records, one dataset for each column in one group, or one dataset
 * with four numbers a row:
 *
 *     CD/events           records p, t, x, y: Metavision (docs.prophesee.ai, HDF5 event file format)
 *     data/0              records: a cache of Tonic (DiskCachedDataset), compressed with LZF or not at all
 *     events              records
 *     events/t, x, y, p   and t_offset, which is added to times: DSEC (dsec.ifi.uzh.ch, data format)
 *     events/ts, xs, ..   and other names of columns.ts; times `ts` in seconds where they are floating-point numbers,
 *                         as event_utils writes them
 *     t, x, y, p          the same without a group
 *     events              [n, 4] numbers t, x, y, p: v2e
 *     davis/left/events   [n, 4] numbers x, y, t, p with times in seconds, 346 x 260 pixels: MVSEC
 *                         (daniilidis-group.github.io/mvsec, data format)
 *
 * and the size of the sensor in attributes `width` and `height`, or `geometry`, such as "1280x720", of the file, the
 * group or the dataset. All other times are whole microseconds, whatever their type.
 *
 * Metavision's and DSEC's files are not supported as published: their filters, Metavision's ECF and Blosc, are not
 * available (hdf5-checks.ts). They are read once they are written again with gzip.
 */

import type { Metadata } from "h5wasm/node";
import { type ElementType, isElementType } from "../../files/arrays/element-type.ts";
import type { Sensor } from "../events.ts";
import { type Column, columnNames, findColumns } from "./columns.ts";
import type { Dataset, Look } from "./hdf5-requests.ts";

const recordPaths = ["/CD/events", "/events", "/data/0"];
const groups = ["/events", ""];
const offsetPaths = ["/events/t_offset", "/t_offset"];

/** A dataset of four numbers a row. */
interface Matrix {
  readonly path: string;
  readonly order: readonly Column[];
  readonly unit: number;
  /** Sensor that such files are recorded with. */
  readonly usual?: Sensor;
}

const matrices: readonly Matrix[] = [
  { path: "/events", order: ["t", "x", "y", "p"], unit: 1 },
  {
    path: "/davis/left/events",
    order: ["x", "y", "t", "p"],
    unit: 1e6,
    usual: { width: 346, height: 260 },
  },
];
const sized = ["/", "/CD", "/CD/events", "/events", "/data", "/data/0", "/davis/left/events"];

/** Datasets and attributes that are searched for. */
export const places = {
  datasets: [
    ...recordPaths,
    ...matrices.map(({ path }) => path),
    ...groups.flatMap((group) =>
      Object.values(columnNames).flatMap((names) => names.map((name) => `${group}/${name}`)),
    ),
    ...offsetPaths,
  ],
  attributes: sized.flatMap((object) =>
    ["width", "height", "geometry"].map((name) => [object, name] as const),
  ),
};

/** Position of the values of a column: the dataset, and the offset in each of its rows. */
export interface ColumnPlace {
  readonly path: string;
  readonly dataset: Dataset;
  /** Numbers of a row: 4 in a matrix, else 1. */
  readonly width: number;
  /** Bytes of a row. */
  readonly rowBytes: number;
  /** Undefined for types that are not read. */
  readonly type: ElementType | undefined;
  readonly littleEndian: boolean;
  readonly offset: number;
}

export interface Hdf5Layout {
  readonly columns: Readonly<Record<Column, ColumnPlace>>;
  /** The dataset with the number that is added to times. */
  readonly offset?: ColumnPlace;
  /** Unit of the times, in microseconds. */
  readonly unit: number;
  /** Sensor that such files are recorded with. */
  readonly usual?: Sensor;
}

/** The layout of a file; undefined if it has no events. */
export const findEvents = ({ datasets }: Look): Hdf5Layout | undefined => {
  for (const path of recordPaths) {
    const members = datasets[path]?.compound_type?.members ?? [];
    const names = findColumns(members.map(({ name }) => name));
    if (!names) continue;
    // The library turns numbers around, but not those of records in which some are and some are not.
    const isMixed = new Set(members.map(({ littleEndian }) => littleEndian)).size > 1;
    const of = (column: Column): ColumnPlace => {
      const member = members.find(({ name }) => name === names[column])!;
      const littleEndian = !isMixed || member.littleEndian;
      const dataset = datasets[path]!;
      const { offset } = member;
      return { path, dataset, width: 1, rowBytes: dataset.size, type: typeOf(member), littleEndian, offset };
    };
    return { columns: { t: of("t"), x: of("x"), y: of("y"), p: of("p") }, unit: 1 };
  }
  const matrix = matrices.find(({ path }) => datasets[path]?.shape?.length === 2);
  if (matrix) return matrixLayout(matrix, datasets[matrix.path]!);
  const whole = (path: string): ColumnPlace => ({
    path,
    dataset: datasets[path]!,
    width: 1,
    rowBytes: datasets[path]!.size,
    type: typeOf(datasets[path]!),
    littleEndian: true,
    offset: 0,
  });
  for (const group of groups) {
    const inGroup = Object.keys(datasets).filter((path) => path.startsWith(`${group}/`));
    const names = findColumns(inGroup.map((path) => path.slice(group.length + 1)));
    if (!names) continue;
    const of = (column: Column): ColumnPlace => whole(`${group}/${names[column]}`);
    const offset = offsetPaths.find((path) => datasets[path]);
    return {
      columns: { t: of("t"), x: of("x"), y: of("y"), p: of("p") },
      unit: timesAreSeconds(of("t")) ? 1e6 : 1,
      ...(offset === undefined ? {} : { offset: whole(offset) }),
    };
  }
  return undefined;
};

const matrixLayout = ({ path, order, unit, usual }: Matrix, dataset: Dataset): Hdf5Layout => {
  const of = (column: Column): ColumnPlace => ({
    path,
    dataset,
    width: order.length,
    rowBytes: order.length * dataset.size,
    type: typeOf(dataset),
    littleEndian: true,
    offset: order.indexOf(column) * dataset.size,
  });
  return { columns: { t: of("t"), x: of("x"), y: of("y"), p: of("p") }, unit, ...(usual && { usual }) };
};

/** Whether times are seconds: microseconds need no fractions. */
const timesAreSeconds = ({ path, type }: ColumnPlace): boolean =>
  path.endsWith("/ts") && (type?.startsWith("f") ?? false);

/** The library's numbers of types. */
const [integer, floating, enumeration] = [0, 1, 8];

/** h5py keeps booleans as an enumeration of FALSE and TRUE, of one byte. */
const typeOf = ({ type, size, signed }: Metadata): ElementType | undefined => {
  const kind = type === floating ? "f" : signed ? "i" : "u";
  const name = `${kind}${size}`;
  const isNumber =
    (type === integer && size <= 8) ||
    (type === floating && size >= 4) ||
    (type === enumeration && size === 1);
  return isNumber && isElementType(name) ? name : undefined;
};

/** The sensor's size where the attributes say it. */
export const statedSize = ({ attributes }: Look): Sensor | undefined => {
  for (const object of sized) {
    const [width, height] = [attributes[`${object}@width`], attributes[`${object}@height`]];
    if (typeof width === "number" && typeof height === "number") return { width, height };
    const [, columns, rows] = /^(\d+)x(\d+)$/.exec(String(attributes[`${object}@geometry`])) ?? [];
    if (columns !== undefined) return { width: Number(columns), height: Number(rows) };
  }
  return undefined;
};
