/** Event recordings in containers: AEDAT 4, HDF5, and NumPy's files. */

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { concatEvents, type Events } from "../../src/events/events.ts";
import { aedat4Format } from "../../src/events/formats/aedat4.ts";
import { hdf5Format } from "../../src/events/formats/hdf5.ts";
import { npyFormat } from "../../src/events/formats/npy-file.ts";
import { npzFormat } from "../../src/events/formats/npz-events.ts";
import type { RecordingFormat } from "../../src/events/recording-format.ts";
import { encodeNpyColumns } from "../../src/files/arrays/npy-encode.ts";
import { type ByteSource, memorySource } from "../../src/files/byte-source.ts";
import { fileSource } from "../../src/files/file-source.ts";
import {
  type Compression,
  encodeAedat4,
  eventPacket,
  sixty,
  zstdPacket,
} from "../../test/events/encoders/aedat4.ts";
import { eventsOf } from "../../test/events/encoders/event.ts";
import { numpyFixture } from "../../test/files/arrays/numpy-file.ts";
import type { FuzzTarget } from "../target.ts";

const sensor = { width: 34, height: 34 };
/** All events: what is wrong must come out as an error. */
const readAll = async (format: RecordingFormat, source: ByteSource): Promise<Events> => {
  const off = { drop: false, count: 0 };
  const { chunks } = await format.open(source, { sensor, off }).catch((error) => {
    // A mutated header may well state another sensor than the one given.
    if (error.name !== "ConfigError") throw error;
    return format.open(source, { off });
  });
  const parts: Events[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  const events = concatEvents(parts);
  for (let i = 1; i < events.t.length; i++)
    if (events.t[i]! < events.t[i - 1]!) throw new Error(`time goes back at ${i}`);
  return events;
};

const aedat4 = async (compression: Compression, finished = true): Promise<Uint8Array> =>
  encodeAedat4({
    compression,
    finished,
    streams: [
      { id: 0, type: "EVTS", ...sensor },
      { id: 1, type: "FRME", ...sensor },
    ],
    packets: [sixty.slice(0, 25), sixty.slice(25)].flatMap((events) => [
      { stream: 0, contents: eventPacket(events) },
      { stream: 1, contents: new Uint8Array(20) },
    ]),
  });

const fixture = async (name: string): Promise<Uint8Array> =>
  new Uint8Array(await readFile(new URL(`../../test/fixtures/hdf5/${name}.h5`, import.meta.url)));

const inFile = async (bytes: Uint8Array): Promise<Events> => {
  const folder = await mkdtemp(join(tmpdir(), "nsm-fuzz-"));
  try {
    const path = join(folder, "events.h5");
    await writeFile(path, bytes);
    return await readAll(hdf5Format, await fileSource(path));
  } finally {
    await rm(folder, { recursive: true });
  }
};

const inMemory = (format: RecordingFormat) => (bytes: Uint8Array) =>
  readAll(format, memorySource("x", bytes));

export const targets: readonly FuzzTarget[] = [
  {
    name: "aedat4",
    seeds: async () => [
      await aedat4("NONE"),
      await aedat4("NONE", false),
      await aedat4("LZ4"),
      await aedat4("LZ4", false),
      await aedat4("LZ4_HIGH"),
      await aedat4("ZSTD"),
      // Without a table of packets, which would tell most damage.
      encodeAedat4({
        finished: false,
        compression: "ZSTD",
        streams: [{ id: 0, type: "EVTS", ...sensor }],
        packets: [zstdPacket],
      }),
    ],
    read: inMemory(aedat4Format),
  },
  {
    name: "npy",
    seeds: async () => {
      const { t, x, y, polarity } = eventsOf(sixty.slice(0, 20));
      const shape = [20];
      return [
        new Uint8Array(await numpyFixture("events.npy")),
        encodeNpyColumns(
          new Map([
            ["t", { type: "f8", shape, data: t }],
            ["x", { type: "u2", shape, data: x }],
            ["y", { type: "u2", shape, data: y }],
            ["p", { type: "b1", shape, data: polarity }],
          ]),
        ),
      ];
    },
    read: inMemory(npyFormat),
  },
  {
    name: "npz",
    seeds: async () => [
      new Uint8Array(await numpyFixture("columns.npz")),
      new Uint8Array(await numpyFixture("events.npz")),
    ],
    read: inMemory(npzFormat),
  },
  {
    name: "hdf5",
    seeds: () =>
      Promise.all(
        ["tonic", "offset-gzip", "seconds", "cd-events", "mixed-records", "lzf-chunks"].map(fixture),
      ),
    read: inFile,
  },
];
