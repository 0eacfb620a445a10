/**
 * Where events are in HDF5 files. Either as one dataset of records, or as a dataset for each column in one group:
 *
 *     CD/events           records p, t, x, y: Metavision (docs.prophesee.ai, HDF5 event file format)
 *     data/0              records: a cache of Tonic (DiskCachedDataset), compressed with LZF or not at all
 *     events              records
 *     events/t, x, y, p   and t_offset, which is added to times: DSEC (dsec.ifi.uzh.ch, data format)
 *     events/ts, xs, ..   and other names of columns.ts; times `ts` in seconds where they are floating-point numbers,
 *                         as event_utils writes them
 *     t, x, y, p          the same without a group
 *
 * and the sensor's size in attributes `width` and `height`, or `geometry`, such as "1280x720", of the file, the group or
 * the dataset. All other times are whole microseconds, whatever type of numbers they are.
 *
 * Metavision's and DSEC's files are not supported as published: they are compressed with filters that are not there,
 * Metavision's own ECF and Blosc (hdf5-checks.ts). They are read once they are written again with gzip.
 */

import type { Metadata } from "h5wasm/node";
import { type ElementType, isElementType } from "../../files/arrays/element-type.ts";
import type { Sensor } from "../events.ts";
import { type Column, columnNames, findColumns } from "./columns.ts";
import type { Dataset, Look } from "./hdf5-requests.ts";

const recordPaths = ["/CD/events", "/events", "/data/0"];
const groups = ["/events", ""];
const offsetPaths = ["/events/t_offset", "/t_offset"];
const sized = ["/", "/CD", "/CD/events", "/events", "/data", "/data/0"];

/** All that may be in a file of events. */
export const places = {
  datasets: [
    ...recordPaths,
    ...groups.flatMap((group) =>
      Object.values(columnNames).flatMap((names) => names.map((name) => `${group}/${name}`)),
    ),
    ...offsetPaths,
  ],
  attributes: sized.flatMap((object) =>
    ["width", "height", "geometry"].map((name) => [object, name] as const),
  ),
};

/** Where the values of a column are: in which dataset, and where in each of its rows. */
export interface ColumnPlace {
  readonly path: string;
  readonly dataset: Dataset;
  /** Undefined for what is no number of a kind that is read. */
  readonly type: ElementType | undefined;
  readonly littleEndian: boolean;
  readonly offset: number;
}

export interface Hdf5Layout {
  readonly columns: Readonly<Record<Column, ColumnPlace>>;
  /** The dataset of what is added to times. */
  readonly offset?: ColumnPlace;
}

/** Where the events of a file are; undefined if they are nowhere. */
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
      return { path, dataset: datasets[path]!, type: typeOf(member), littleEndian, offset: member.offset };
    };
    return { columns: { t: of("t"), x: of("x"), y: of("y"), p: of("p") } };
  }
  const whole = (path: string): ColumnPlace => ({
    path,
    dataset: datasets[path]!,
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
      ...(offset === undefined ? {} : { offset: whole(offset) }),
    };
  }
  return undefined;
};

/** Whether times are seconds: microseconds have no need of fractions. */
export const timesAreSeconds = ({ path, type }: ColumnPlace): boolean =>
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
