/** HDF5 files of events, written by the HDF5 library: columns t, x, y, p in the group `events`. */

import { File, ready } from "h5wasm/node";
import type { Events } from "../../../src/events/events.ts";

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
