import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeIdx } from "../../../src/datasets/idx/idx.ts";
import { type IdxFile, readIdx } from "../../../src/datasets/idx/idx-file.ts";
import { DataError, StorageError } from "../../../src/errors.ts";
import { emptyFolder } from "../folder.ts";

const array = { dims: [50, 4, 5], data: Uint8Array.from({ length: 1000 }, (_, i) => (i * 37) % 251) };
const raw = encodeIdx(array);
const compressed = new Uint8Array(gzipSync(raw));

const read = async (bytes: Uint8Array, rank: 1 | 3 = 3): Promise<IdxFile> => {
  const path = join(await emptyFolder(), "file");
  await writeFile(path, bytes);
  return readIdx(path, rank);
};

/** A gzip file whose header claims the dimensions given, with `length` zeros after it. */
const claiming = (dims: readonly [number, number, number], length: number): Uint8Array => {
  const bytes = new Uint8Array(16 + length);
  bytes.set([0, 0, 8, 3]);
  dims.forEach((n, axis) => {
    new DataView(bytes.buffer).setUint32(4 + 4 * axis, n);
  });
  return gzipSync(bytes);
};

describe("readIdx", () => {
  it("reads a file compressed or not, whatever it is called, as the same contents", async () => {
    const [a, b] = [await read(raw), await read(compressed)];
    for (const file of [a, b]) {
      expect(file).toMatchObject({ ...array, bytes: raw.length });
      expect(file.sha256).toBe(createHash("sha256").update(raw).digest("hex"));
    }
  });

  it("reads a file of several gzip members", async () => {
    const members = [raw.subarray(0, 500), raw.subarray(500)].map((part) => gzipSync(part));
    expect((await read(Buffer.concat(members))).data).toEqual(array.data);
  });

  it.each([
    ["an empty file", new Uint8Array(0), /end of the data/],
    ["a truncated gzip file", compressed.subarray(0, compressed.length - 20), /unexpected end of file/],
    ["the first bytes of a gzip file", compressed.subarray(0, 5), /end of the data/],
    [
      "a changed checksum",
      compressed.with(compressed.length - 6, compressed.at(-6)! ^ 1),
      /incorrect data check/,
    ],
    [
      "rubbish after the gzip data",
      Buffer.concat([compressed, Buffer.from("rubbish")]),
      /incorrect header check/,
    ],
    [
      "too much in the gzip data",
      gzipSync(Buffer.concat([raw, Buffer.alloc(3)])),
      /byte 1016: got more data/,
    ],
    ["too little in the gzip data", gzipSync(raw.subarray(0, 900)), /byte 900.*end of the data/],
    ["a claim past what gzip can hold", claiming([60_000, 2800, 2800], 1000), /promises 470400000016 bytes/],
    [
      "more than is read of a gzip file, naming the bound",
      Buffer.concat([claiming([700_000, 56, 56], 1000), Buffer.alloc(2_200_000)]),
      /header that promises 2,195,200,016 bytes; expected at most 2,147,483,647 bytes uncompressed/,
    ],
    ["labels for images", gzipSync(encodeIdx({ dims: [4], data: Uint8Array.of(1, 2, 3, 4) })), /got labels/],
  ])("refuses %s", async (_, bytes, message) => {
    const reading = read(bytes);
    await expect(reading).rejects.toThrow(DataError);
    await expect(reading).rejects.toThrow(message);
  });

  it("stops decompressing where the header says the data end", async () => {
    const bomb = claiming([10, 10, 10], 100_000_000);
    const before = process.memoryUsage().rss;
    await expect(read(bomb)).rejects.toThrow(/more data/);
    expect(process.memoryUsage().rss - before).toBeLessThan(50_000_000);
  });

  it("says when there is no file, or no regular one", async () => {
    const folder = await emptyFolder();
    await mkdir(join(folder, "sub"));
    await expect(readIdx(join(folder, "none"), 3)).rejects.toThrow(StorageError);
    await expect(readIdx(join(folder, "none"), 3)).rejects.toThrow(/ENOENT.*Check the path/);
    await expect(readIdx(join(folder, "sub"), 3)).rejects.toThrow(StorageError);
    await expect(readIdx("/dev/zero", 3)).rejects.toThrow(/device/);
  });

  it("refuses or reads rightly any mutated or truncated gzip file", async () => {
    const path = join(await emptyFolder(), "file");
    const mutation = fc.record({
      flips: fc.array(fc.tuple(fc.nat(compressed.length - 1), fc.nat(255)), { maxLength: 3 }),
      length: fc.oneof(fc.constant(compressed.length), fc.nat(compressed.length)),
    });
    await fc.assert(
      fc.asyncProperty(mutation, async ({ flips, length }) => {
        const bytes = compressed.slice(0, length);
        for (const [at, value] of flips) if (at < length) bytes[at] = value;
        await writeFile(path, bytes);
        try {
          expect((await readIdx(path, 3)).data).toEqual(array.data);
        } catch (error) {
          expect(error).toBeInstanceOf(DataError);
        }
      }),
      { numRuns: 300 },
    );
  });
});
