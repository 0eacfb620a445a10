/** Recordings in browsers: the formats that need nothing of Node, from blobs, give what they give in Node. */
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { readImports } from "../../scripts/import-graph.ts";
import { DataError, StorageError } from "../../src/errors.ts";
import { portableFormats, readPortable } from "../../src/events/portable-recording.ts";
import { recordingFormats } from "../../src/events/recording.ts";
import { blobSource } from "../../src/files/blob-source.ts";
import { decodeZstdFrame } from "../../src/files/compression/zstd.ts";
import { encodeAedat4, sixty, zstdPacket } from "./encoders/aedat4.ts";
import { encodeDat } from "./encoders/dat.ts";
import { type Event, eventsOf } from "./encoders/event.ts";
import { encodeEvt2, rawHeader } from "./encoders/evt2.ts";
import { encodeEvt3 } from "./encoders/evt3.ts";
import { encodeNmnist } from "./encoders/nmnist.ts";
import { readBytes } from "./read.ts";

const list: Event[] = [
  { t: 3, x: 1, y: 2, p: 1 },
  { t: 4, x: 3, y: 4, p: 0 },
  { t: 9, x: 3, y: 4, p: 1 },
];

const streams = [{ id: 0, type: "EVTS", width: 640, height: 480 }];

const files: Readonly<Record<string, Uint8Array>> = {
  nmnist: encodeNmnist(list),
  aedat4: encodeAedat4({ streams, compression: "ZSTD", packets: [zstdPacket] }),
  dat: encodeDat(list),
  evt2: encodeEvt2(rawHeader("2.0", 640, 480), list),
  evt3: encodeEvt3(rawHeader("3.0", 640, 480), list),
};

const blobOf = (bytes: Uint8Array): Blob => new Blob([bytes as Uint8Array<ArrayBuffer>]);

describe("readPortable", () => {
  it.each(Object.entries(files))("reads %s as in Node", async (format, bytes) => {
    const options = format === "nmnist" ? { format } : {};
    const { recording, summary } = await readPortable("a.bin", blobOf(bytes), decodeZstdFrame, options);
    const inNode = await readBytes(bytes, options);
    expect(recording).toEqual({ events: inNode.events, sensor: inNode.sensor });
    expect(recording.events).toEqual(eventsOf(format === "aedat4" ? sixty : list));
    expect(summary).toMatchObject({
      format,
      events: recording.events.t.length,
      firstUs: recording.events.t[0],
    });
  });

  it("refuses more events than are asked for, and what is no recording", async () => {
    await expect(readPortable("a.dat", blobOf(files.dat!), decodeZstdFrame, {}, 2)).rejects.toThrow(
      "reading a.dat: got a recording of more than 2 events",
    );
    await expect(readPortable("a.png", blobOf(Uint8Array.from([1, 2, 3])), decodeZstdFrame)).rejects.toThrow(
      DataError,
    );
    await expect(readPortable("a.dat", blobOf(files.dat!.subarray(0, -3)), decodeZstdFrame)).rejects.toThrow(
      DataError,
    );
  });

  it("knows every format but those whose libraries read files, and imports nothing of Node", () => {
    const others = recordingFormats.filter(({ name }) =>
      portableFormats(decodeZstdFrame).every((format) => format.name !== name),
    );
    expect(others.map(({ name }) => name)).toEqual(["hdf5", "npz"]);
    const graph = readImports(fileURLToPath(new URL("../../src", import.meta.url)));
    const reached = new Set<string>();
    const visit = (file: string): void => {
      if (reached.has(file)) return;
      reached.add(file);
      for (const next of graph.get(file) ?? []) visit(next);
    };
    visit("events/portable-recording.ts");
    expect([...reached].filter((file) => /thread\.ts$|sandbox|zip|hdf5|file-source/.test(file))).toEqual([]);
  });
});

it("a blob that can't be read any more is refused", async () => {
  const gone = { size: 3, slice: () => ({ arrayBuffer: () => Promise.reject(new Error("it was moved")) }) };
  const read = blobSource("a.dat", gone as unknown as Blob).read(0, 3);
  await expect(read).rejects.toThrow(StorageError);
  await expect(read).rejects.toThrow("reading a.dat: got it was moved");
});
