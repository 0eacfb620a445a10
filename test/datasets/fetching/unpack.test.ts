import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Unpacking } from "../../../src/datasets/fetching/entry.ts";
import { unpackArchive } from "../../../src/datasets/fetching/unpack.ts";
import { DataError, NsmError, StorageError } from "../../../src/errors.ts";
import { type Packed, tarGz, zip } from "../../files/archives/pack.ts";
import { emptyFolder } from "../folder.ts";

const noise = (length: number, seed: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => (Math.imul(i + seed, 2_654_435_761) >>> 16) & 255);

const entries: readonly Packed[] = [
  { path: "set/readme.html", data: Buffer.from("not wanted") },
  { path: "set/a/1.bin", data: noise(100_000, 1) },
  { path: "set/a/2.bin", data: noise(0, 2) },
  { path: "set/b/1.bin", data: noise(513, 3) },
];
const wanted: Unpacking = {
  entries: /^set\/([ab])\/(\d)\.bin$/,
  to: "$1/$2.bin",
  count: 3,
  mostBytes: 200_000,
};

const packers = [
  ["zip", zip],
  ["stored zip", (packed: readonly Packed[]) => zip(packed, { isStored: true })],
  ["tar.gz", tarGz],
] as const;

const unpack = async (archive: Uint8Array, unpacking = wanted, prepare = async (_: string) => {}) => {
  const folder = await emptyFolder();
  const path = join(folder, "set.archive");
  await writeFile(path, archive);
  await prepare(folder);
  const files = await unpackArchive(path, folder, unpacking).catch((error: unknown) => error);
  return { folder, files, names: (await readdir(folder, { recursive: true })).sort() };
};

const whole = ["a", "a/1.bin", "a/2.bin", "b", "b/1.bin", "set.archive"];

describe.each(packers)("a %s archive", (_, pack) => {
  it("is unpacked under the names wanted, and nothing else of it", async () => {
    const { folder, files, names } = await unpack(pack(entries));
    expect(names).toEqual(whole);
    expect(files).toMatchObject([
      { name: "a/1.bin", bytes: 100_000 },
      { name: "a/2.bin", bytes: 0 },
      { name: "b/1.bin", bytes: 513 },
    ]);
    for (const [k, name] of ["a/1.bin", "a/2.bin", "b/1.bin"].entries())
      expect(Buffer.compare(await readFile(join(folder, name)), entries[k + 1]!.data)).toBe(0);
  });

  it("joins what is there already, and what another try has left", async () => {
    const { names, folder } = await unpack(pack(entries), wanted, async (folder) => {
      await mkdir(join(folder, "a"));
      await writeFile(join(folder, "a/1.bin"), entries[1]!.data);
      await writeFile(join(folder, "a/mine"), "mine");
      await mkdir(join(folder, "set.archive.unpacking/a"), { recursive: true });
      await writeFile(join(folder, "set.archive.unpacking/a/9.bin"), "from before");
    });
    expect(names).toEqual([...whole, "a/mine"].sort());
    expect((await readFile(join(folder, "a/1.bin"))).length).toBe(100_000);
  });

  it.each([
    ["another file", (path: string) => writeFile(path, "mine"), DataError, /got contents with SHA-256/],
    ["a folder", (path: string) => mkdir(path), StorageError, /got a folder; expected a file/],
  ])("is refused where %s is in the way, and nothing of it appears", async (_, put, type, message) => {
    const { files, names } = await unpack(pack(entries), wanted, async (folder) => {
      await mkdir(join(folder, "b"));
      await put(join(folder, "b/1.bin"));
    });
    expect(files).toBeInstanceOf(type);
    expect((files as Error).message).toMatch(message);
    expect(names).toEqual(["b", "b/1.bin", "set.archive"]);
  });

  it.each([
    ["too few files", entries.slice(0, 3), wanted, /2 files of the data set; expected 3/],
    [
      "too many files",
      [...entries, { path: "set/b/7.bin", data: noise(3, 3) }],
      wanted,
      /4 files of the data set/,
    ],
    ["a file twice", [...entries, entries[3]!], wanted, /set\/b\/1.bin twice/],
    [
      "none of the files",
      entries.slice(0, 1),
      { ...wanted, count: undefined } as never,
      /0 files of the data set; expected 1/,
    ],
    [
      "more bytes than expected",
      entries,
      { ...wanted, mostBytes: 100_500 },
      /100513 bytes or more; expected at most 100500/,
    ],
  ])("with %s is refused, and nothing of it appears", async (_, packed, unpacking, message) => {
    const { files, names } = await unpack(pack(packed), unpacking);
    expect(files).toBeInstanceOf(DataError);
    expect((files as Error).message).toMatch(message);
    expect(names).toEqual(["set.archive"]);
  });

  it("cannot write outside the folder, whatever its entries are called", async () => {
    const slips = [
      "../set/a/1.bin",
      "/set/a/1.bin",
      "set/a/../../../1.bin",
      "set/a/1.bin\0.txt",
      "C:\\set\\a\\1.bin",
    ];
    for (const path of slips) {
      const { names } = await unpack(pack([...entries, { path, data: Buffer.from("slipped") }]), {
        ...wanted,
        entries: /^(?:.*\/)?set\/([ab])\/(\d)\.bin$/,
      });
      // Refused as damaged or as a file twice, or left out.
      expect([["set.archive"], whole]).toContainEqual(names);
    }
  });

  it("cut anywhere is refused, and nothing of it appears", async () => {
    const archive = pack(entries);
    const lengths = [
      0,
      1,
      2,
      100,
      600,
      archive.length >> 1,
      archive.length - 1500,
      archive.length - 30,
      archive.length - 1,
    ];
    for (const length of lengths) {
      const { files, names } = await unpack(archive.subarray(0, length));
      expect(files, `${length} of ${archive.length}`).toBeInstanceOf(DataError);
      expect(names).toEqual(["set.archive"]);
    }
  });

  it("mutated anywhere is refused or unpacked whole", async () => {
    const archive = pack([entries[0]!, { path: "set/a/1.bin", data: noise(300, 1) }, ...entries.slice(2)]);
    const flips = fc.array(fc.tuple(fc.nat(archive.length - 1), fc.nat(255)), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(flips, async (flips) => {
        const bytes = Uint8Array.from(archive);
        for (const [at, value] of flips) bytes[at] = value;
        const { files, names } = await unpack(bytes);
        if (files instanceof Error) {
          expect(files).toBeInstanceOf(NsmError);
          expect(names).toEqual(["set.archive"]);
        } else expect(names).toEqual(whole);
      }),
      { numRuns: 200 },
    );
  });
});

describe("unpackArchive", () => {
  it("leaves links and folders of a tar out", async () => {
    const odd = [
      { path: "set/a", data: new Uint8Array(0), type: "5" },
      { path: "set/a/3.bin", data: new Uint8Array(0), type: "2" },
    ];
    expect((await unpack(tarGz([...odd, ...entries]))).names).toEqual(whole);
  });

  it("stops where an entry holds more than its directory says", async () => {
    const bomb = [{ path: "set/a/1.bin", data: Buffer.alloc(50_000_000), claims: 1000 }, ...entries.slice(2)];
    const before = process.memoryUsage().rss;
    const { files, names } = await unpack(zip(bomb));
    expect(files).toBeInstanceOf(DataError);
    expect(names).toEqual(["set.archive"]);
    expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
  });

  it("refuses what is no archive, and says where it cannot write", async () => {
    const { files } = await unpack(Buffer.from("hello, world"));
    expect(files).toBeInstanceOf(DataError);
    expect((files as Error).message).toMatch(/neither a zip nor a gzip file/);
    const folder = await emptyFolder();
    await expect(unpackArchive(join(folder, "none"), folder, wanted)).rejects.toThrow(StorageError);
    const path = join(folder, "set.archive");
    await writeFile(path, zip(entries));
    await expect(unpackArchive(path, "/dev/null", wanted)).rejects.toThrow(StorageError);
  });

  it("ends when it is aborted, leaving nothing", async () => {
    const folder = await emptyFolder();
    const path = join(folder, "set.archive");
    await writeFile(path, zip(entries));
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(unpackArchive(path, folder, wanted, signal)).rejects.toThrow("enough");
    expect(await readdir(folder)).toEqual(["set.archive"]);
  });
});
