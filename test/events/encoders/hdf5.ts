/** HDF5 files of events, written by the HDF5 library: columns t, x, y, p in the group `events`. */

import { File, type Group, ready } from "h5wasm/node";
import type { Events } from "../../../src/events/events.ts";
import type { Event } from "./event.ts";

export interface Hdf5Options {
  /** Rows of a chunk, which is then compressed. */
  readonly chunk?: number;
  /** Instead of the group, a link to that of the file of this name. */
  readonly linkTo?: string;
}

export const encodeHdf5 = async (
  path: string,
  events: Events,
  { chunk, linkTo }: Hdf5Options,
): Promise<void> => {
  await ready;
  const file = new File(path, "w");
  try {
    if (linkTo !== undefined) return void file.create_external_link(linkTo, "/events", "events");
    const group = file.create_group("events");
    const layout =
      chunk === undefined ? {} : { chunks: [chunk], compression: "gzip" as const, compression_opts: 1 };
    group.create_dataset({ name: "t", data: BigInt64Array.from(events.t, BigInt), ...layout });
    group.create_dataset({ name: "x", data: events.x, ...layout });
    group.create_dataset({ name: "y", data: events.y, ...layout });
    group.create_dataset({ name: "p", data: events.polarity, ...layout });
  } finally {
    file.close();
  }
};

export interface MatrixLayout {
  readonly path: string;
  /** Columns, such as "txyp". */
  readonly order: string;
  /** Times as floating-point seconds, and polarities 1 and -1; else all numbers are 32 bits. */
  readonly seconds: boolean;
}

/** One dataset with a row of numbers for each event, compressed. */
export const encodeMatrix = async (
  file: string,
  events: readonly Event[],
  { path, order, seconds }: MatrixLayout,
): Promise<void> => {
  await ready;
  const numbers = events.flatMap((event) =>
    [...order].map((column) => {
      const value = event[column as keyof Event];
      if (seconds && column === "t") return value / 1e6;
      return seconds && column === "p" ? 2 * value - 1 : value;
    }),
  );
  const [name = "", ...groups] = path.split("/").reverse();
  const made = new File(file, "w");
  try {
    const group = groups.reduceRight<Group>((parent, each) => parent.create_group(each), made);
    const data = seconds ? Float64Array.from(numbers) : Uint32Array.from(numbers);
    const shape = [events.length, order.length];
    group.create_dataset({ name, data, shape, chunks: [2, order.length], compression: "gzip" });
  } finally {
    made.close();
  }
};
