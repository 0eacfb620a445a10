import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { DataError } from "../../../src/errors.ts";
import { hdf5Format } from "../../../src/events/formats/hdf5.ts";
import { memorySource } from "../../../src/files/byte-source.ts";
import { fileSource } from "../../../src/files/file-source.ts";
import { emptyFolder } from "../../datasets/folder.ts";
import { type Event, eventsOf } from "../encoders/event.ts";
import { encodeHdf5, encodeMatrix } from "../encoders/hdf5.ts";
import { readWith } from "./read-with.ts";

const sensor = { width: 34, height: 34 };
/** What test/fixtures/hdf5/make.py wrote. */
const five: Event[] = [
  { t: 10, x: 0, y: 33, p: 1 },
  { t: 10, x: 33, y: 0, p: 0 },
  { t: 200, x: 7, y: 8, p: 1 },
  { t: 3_000_000, x: 12, y: 2, p: 1 },
  { t: 9_000_000, x: 1, y: 5, p: 0 },
];
const fixture = (name: string) =>
  fileSource(fileURLToPath(new URL(`../../fixtures/hdf5/${name}.h5`, import.meta.url)));

describe("HDF5 files that h5py wrote", () => {
  it.each(["tonic", "tonic-lzf", "big-endian", "big-endian-records", "mixed-records"])(
    "are read: %s",
    async (name) => {
      const read = await readWith(hdf5Format, await fixture(name), sensor);
      expect(read).toMatchObject({ format: "hdf5", sensor });
      expect(read.events).toEqual(eventsOf(five));
    },
  );

  it.each(["cd-events", "seconds"])("say their sensor's size: %s", async (name) => {
    const read = await readWith(hdf5Format, await fixture(name));
    expect(read).toMatchObject({ sensor });
    expect(read.events).toEqual(eventsOf(five));
  });

  it.each([
    ["v2e's, four numbers a row", { path: "events", order: "txyp", seconds: false }, sensor],
    ["MVSEC's, in seconds", { path: "davis/left/events", order: "xytp", seconds: true }, undefined],
  ] as const)("read the layout of %s", async (_, layout, given) => {
    const path = join(await emptyFolder(), "events.h5");
    await encodeMatrix(path, five, layout);
    const read = await readWith(hdf5Format, await fileSource(path), given);
    expect(read.sensor).toEqual(given ?? { width: 346, height: 260 });
    expect(read.events).toEqual(eventsOf(five));
  });

  it("refuse rows of another length", async () => {
    const path = join(await emptyFolder(), "events.h5");
    await encodeMatrix(path, five, { path: "events", order: "txy", seconds: false });
    await expect(readWith(hdf5Format, await fileSource(path), sensor)).rejects.toThrow(
      /\/events: got 3 numbers a row; expected 4/,
    );
  });

  it("add their offset to the times", async () => {
    const read = await readWith(hdf5Format, await fixture("offset-gzip"), sensor);
    expect(read.events).toEqual(
      eventsOf(five.map(({ t, ...event }) => ({ t: t + 50_000_000_000, ...event }))),
    );
  });

  it.each([
    [
      "blosc",
      /blosc\.h5\/events\/t: got compression by filter 32001 \(Blosc\); expected gzip, LZF .*h5repack -f GZIP/,
    ],
    ["ecf", /CD\/events: got compression by filter 36559 \(Metavision's ECF\); .*h5repack/],
    ["lzf-big-endian", /\/t: got big-endian values compressed with LZF/],
    ["long-chunks", /\/t: got chunks of 1048577 rows and 1048577 bytes; expected at most 1048576 rows/],
    ["long-records", /\/events: got records of 4109 bytes; expected at most 4096/],
    ["images", /got an HDF5 file with none of the datasets that are known; expected events/],
    ["lengths", /lengths\.h5\/y: got 4 values; expected 5/],
    ["promise", /a promise of 9007199254740992 bytes; expected at most/],
  ])("are refused: %s", async (name, message) => {
    const reading = readWith(hdf5Format, await fixture(name), sensor);
    await expect(reading).rejects.toThrow(DataError);
    await expect(reading).rejects.toThrow(message);
  });

  it("are read where chunks are shuffled, summed, stored without compression or not at all", async () => {
    const { events } = await readWith(hdf5Format, await fixture("lzf-chunks"));
    const at = Array.from({ length: 1000 }, (_, i) => i);
    expect([...events.t]).toEqual(at.map((i) => 7 * i));
    expect([...events.x.subarray(0, 500)]).toEqual(at.slice(0, 500).map((i) => i % 34));
    // Of numpy.random.default_rng(1).
    expect([...events.x.subarray(-3)]).toEqual([35347, 30693, 42642]);
    expect([...events.y]).toEqual(at.map((i) => Math.floor(i / 30)));
    expect([...events.polarity]).toEqual(at.map((i) => (i < 200 || i % 3 === 0 ? 1 : 0)));
  });

  it("are refused where a chunk of LZF is damaged, with its byte", async () => {
    const source = await fixture("tonic-lzf");
    const bytes = (await source.read(0, source.size)).slice();
    const path = join(await emptyFolder(), "events.h5");
    // The chunk is at byte 4656: six literals, then a match that begins one byte back.
    bytes[4656 + 8] = 0xff;
    await writeFile(path, bytes);
    const reading = readWith(hdf5Format, await fileSource(path), sensor);
    await expect(reading).rejects.toThrow(DataError);
    await expect(reading).rejects.toThrow(/byte 4663: got an LZF chunk with a match of 6 bytes, 256 back/);
  });

  it("need their sensor's size where they do not say it", async () => {
    await expect(readWith(hdf5Format, await fixture("tonic"))).rejects.toThrow(/--size WIDTHxHEIGHT/);
  });
});

describe("HDF5", () => {
  it("is read some rows at a time, of whole chunks", async () => {
    const count = 600_000;
    const path = join(await emptyFolder(), "events.h5");
    const events = {
      t: Float64Array.from({ length: count }, (_, i) => i),
      x: Uint16Array.from({ length: count }, (_, i) => i % 34),
      y: Uint16Array.from({ length: count }, (_, i) => i % 33),
      polarity: Uint8Array.from({ length: count }, (_, i) => i % 2),
    };
    await encodeHdf5(path, events, { chunk: 100_000 });
    const { chunks } = await hdf5Format.open(await fileSource(path), {
      sensor,
      off: { drop: false, count: 0 },
    });
    let at = 0;
    for await (const part of chunks) {
      expect(part.t.length).toBe(200_000);
      for (const key of ["t", "x", "y", "polarity"] as const)
        expect(
          Buffer.compare(
            Buffer.from(part[key].slice().buffer),
            Buffer.from(events[key].slice(at, at + 200_000).buffer),
          ),
        ).toBe(0);
      at += 200_000;
    }
    expect(at).toBe(count);
  });

  it("is refused where events are damaged, saying which", async () => {
    const path = join(await emptyFolder(), "events.h5");
    await encodeHdf5(path, { ...eventsOf(five), t: Float64Array.of(1, 2, 3, 2, 5) }, {});
    const reading = readWith(hdf5Format, await fileSource(path), sensor);
    await expect(reading).rejects.toThrow(/events\.h5\/events\/t: got event 3 at 2 us after one at 3 us/);
  });

  it("is known by its first bytes, and read from files only", async () => {
    const bytes = await (await fixture("tonic")).read(0, 4096);
    expect(hdf5Format.isStart(bytes)).toBe(true);
    expect(hdf5Format.isStart(bytes.subarray(1))).toBe(false);
    await expect(readWith(hdf5Format, memorySource("x", bytes), sensor)).rejects.toThrow(
      /expected one on disk/,
    );
  });

  it("is refused where it is truncated or no such file", async () => {
    const folder = await emptyFolder();
    const source = await fixture("tonic");
    const whole = await source.read(0, source.size);
    for (const length of [0, 8, 100, 1000, 3000, whole.length - 1]) {
      const path = join(folder, `${length}.h5`);
      await writeFile(path, whole.subarray(0, length));
      const reading = readWith(hdf5Format, await fileSource(path), sensor);
      await expect(reading).rejects.toThrow(DataError);
      await expect(reading).rejects.toThrow(/a failure of the HDF5 library/);
    }
  });

  it("opens no other file than the one requested", async () => {
    const folder = await emptyFolder();
    const [secret, path] = [join(folder, "secret.h5"), join(folder, "events.h5")];
    await encodeHdf5(secret, eventsOf(five), {});
    await encodeHdf5(path, eventsOf([]), { linkTo: secret });
    expect((await readWith(hdf5Format, await fileSource(secret), sensor)).events).toEqual(eventsOf(five));
    await expect(readWith(hdf5Format, await fileSource(path), sensor)).rejects.toThrow(
      /none of the datasets/,
    );
  });
});
