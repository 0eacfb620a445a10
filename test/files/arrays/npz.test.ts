import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DataError, StorageError } from "../../../src/errors.ts";
import { openNpz } from "../../../src/files/arrays/npz.ts";
import { arraysIn } from "../../../src/files/arrays/npz-arrays.ts";
import { writeNpz } from "../../../src/files/arrays/npz-write.ts";
import { memorySource } from "../../../src/files/byte-source.ts";
import { fileSource } from "../../../src/files/file-source.ts";
import { headerText, numpyFile, numpyFixture } from "./numpy-file.ts";
import { zipFile } from "./zip-file.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "npz-"));
});
afterAll(() => rm(folder, { recursive: true }));

const open = (bytes: Uint8Array) => openNpz(memorySource("a.npz", bytes));
const numbers = (count: number): Uint8Array =>
  numpyFile({ text: headerText("'|u1'", `(${count},)`), data: new Uint8Array(count).map((_, i) => i % 251) });

describe("openNpz", () => {
  it("reads what NumPy stored", async () => {
    const npz = await open(await numpyFixture("columns.npz"));
    expect(npz.names).toEqual(["t", "x", "y", "p", "width", "height"]);
    expect(await npz.read("x")).toEqual({ type: "i2", shape: [5], data: Int16Array.of(0, 33, 7, 12, 1) });
    expect((await npz.read("width")).data).toEqual(BigInt64Array.of(34n));
  });

  it("reads what NumPy deflated", async () => {
    const npz = await open(await numpyFixture("compressed.npz"));
    const { shape, data } = await npz.read("x");
    expect(shape).toEqual([10, 600]);
    expect(data).toEqual(Uint16Array.from({ length: 6000 }, (_, i) => i % 7));
  });

  it("reads an array piece by piece", async () => {
    const contents = numbers(1_000_000);
    const stream = await (await open(zipFile([{ name: "a.npy", contents, deflate: true }]))).open("a");
    expect(stream.header.count).toBe(1_000_000);
    let sum = 0;
    for (let piece = await stream.read(70_001); piece.length > 0; piece = await stream.read(70_001))
      sum += piece.length;
    expect(sum).toBe(1_000_000);
  });

  it("says which arrays there are when one is not", async () => {
    const npz = await open(await numpyFixture("compressed.npz"));
    await expect(npz.read("t")).rejects.toThrow(/a\.npz: got the arrays x, y; expected an array called t/);
  });

  it("names the first arrays of many", () => {
    expect(arraysIn([])).toBe("the arrays (none)");
    expect(arraysIn([..."abcdefgh"])).toBe("the arrays a, b, c, d, e, f, g, h");
    expect(arraysIn([..."abcdefghij"])).toBe("the arrays a, b, c, d, e, f, g, h and 2 more");
  });

  const contents = numbers(1000);
  const good = zipFile([{ name: "a.npy", contents, deflate: true }]);
  const stored = zipFile([{ name: "a.npy", contents }]);
  const readA = async (bytes: Uint8Array) => (await open(bytes)).read("a");
  it.each([
    ["nothing", new Uint8Array(0), /damaged zip archive/],
    ["an archive without its end", good.subarray(0, good.length - 30), /damaged zip archive/],
    [
      "a wrong checksum",
      zipFile([{ name: "a.npy", contents, crc: 1 }]),
      /a\.npz\/a\.npy: .*checksum .* 00000001/,
    ],
    ["an encrypted file", zipFile([{ name: "a.npy", contents, flags: 1 }]), /encrypted|mismatch/],
    ["another compression", zipFile([{ name: "a.npy", contents, method: 12 }]), /compression method 12/],
    [
      "a file twice",
      Buffer.from(zipFile(["a", "a"].map((name) => ({ name: `${name}.npy`, contents })))),
      /twice/,
    ],
    [
      "a path outside",
      zipFile([{ name: "../a.npy", contents }]),
      /damaged zip archive \(invalid relative path/,
    ],
    [
      "a promise of more",
      zipFile([{ name: "a.npy", contents, deflate: true, size: 2 ** 31 }]),
      /a promise of 2147483648/,
    ],
    [
      "a longer promise",
      zipFile([{ name: "a.npy", contents, deflate: true, size: contents.length + 1 }]),
      /end of the data|bytes/,
    ],
    [
      "a shorter promise",
      zipFile([{ name: "a.npy", contents, deflate: true, size: contents.length - 1 }]),
      /end of the data|bytes/,
    ],
  ])("refuses %s", async (_, bytes, message) => {
    const reading = readA(bytes);
    await expect(reading).rejects.toThrow(DataError);
    await expect(reading).rejects.toThrow(message);
  });

  it("refuses contents that inflate to more than they promise, before it is allocated", async () => {
    // Deflated, a million zeros take a thousand bytes: so many may be promised, but the array says otherwise.
    const zeros = numpyFile({ text: headerText("'|u1'", "(99,)"), data: new Uint8Array(1_000_000) });
    await expect(readA(zipFile([{ name: "a.npy", contents: zeros, deflate: true }]))).rejects.toThrow(
      /bytes too many/,
    );
  });

  it("refuses or reads exactly whatever is damaged", async () => {
    for (const whole of [good, stored]) {
      for (let k = 0; k < 400; k++) {
        const bytes = whole.slice();
        bytes[(k * 37) % bytes.length]! ^= 1 << (k % 8);
        await readA(bytes).then(
          ({ data }) => expect(data).toEqual(new Uint8Array(1000).map((_, i) => i % 251)),
          (error) => expect(error).toBeInstanceOf(DataError),
        );
      }
    }
  });
});

describe("writeNpz", () => {
  it("writes what openNpz reads, and nothing beside it", async () => {
    const path = join(folder, "b.npz");
    const x = {
      type: "u2",
      shape: [3, 200_000],
      data: Uint16Array.from({ length: 600_000 }, (_, i) => i),
    } as const;
    const label = { type: "i8", shape: [], data: BigInt64Array.of(7n) } as const;
    await writeNpz(path, { x, label });
    const npz = await openNpz(await fileSource(path));
    expect(npz.names).toEqual(["x", "label"]);
    expect(await npz.read("x")).toEqual(x);
    expect(await npz.read("label")).toEqual(label);
    expect(await readdir(folder)).toEqual(["b.npz"]);
  });

  describe("of arrays that come in pieces", () => {
    const kind = { type: "u4", shape: [3, 5] } as const;
    const pieces = (...lengths: number[]) =>
      async function* () {
        for (const [k, length] of lengths.entries()) yield new Uint32Array(length).fill(k);
      };

    it("writes them one behind the other", async () => {
      const path = join(folder, "pieces.npz");
      const empty = { type: "f4", shape: [0, 7], pieces: () => [] } as const;
      await writeNpz(path, { a: { ...kind, pieces: pieces(4, 0, 11) }, empty });
      const npz = await openNpz(await fileSource(path));
      const data = Uint32Array.from({ length: 15 }, (_, k) => (k < 4 ? 0 : 2));
      expect(await npz.read("a")).toEqual({ ...kind, data });
      expect(await npz.read("empty")).toEqual({ type: "f4", shape: [0, 7], data: new Float32Array(0) });
      await rm(path);
    });

    it.each([
      ["too few", pieces(4, 10)],
      ["too many", pieces(4, 12)],
      ["of another type", () => [new Uint16Array(15)]],
    ])("refuses pieces that are %s, and leaves nothing", async (_, made) => {
      const before = await readdir(folder);
      const small = { ...kind, pieces: made };
      await expect(writeNpz(join(folder, "p.npz"), { small })).rejects.toThrow(DataError);
      expect(await readdir(folder)).toEqual(before);
    });

    it("fails as they fail, and stops those that wait", async () => {
      const failure = new Error("no more");
      let closed = false;
      const made = async function* () {
        try {
          for (let k = 0; k < 3; k++) yield new Uint32Array(5);
          throw failure;
        } finally {
          closed = true;
        }
      };
      const before = await readdir(folder);
      const rows = { type: "u4", shape: [400, 5], pieces: made } as const;
      await expect(writeNpz(join(folder, "p.npz"), { rows })).rejects.toBe(failure);
      expect({ closed, left: await readdir(folder) }).toEqual({ closed: true, left: before });
    });
  });

  it("leaves what was there where it fails", async () => {
    const none = join(folder, "none", "c.npz");
    const x = { type: "u1", shape: [1], data: Uint8Array.of(1) } as const;
    await expect(writeNpz(none, { x })).rejects.toThrow(StorageError);
    await expect(writeNpz(join(folder, "d.npz"), { x: { ...x, shape: [2] } })).rejects.toThrow(DataError);
    expect(await readdir(folder)).toEqual(["b.npz"]);
  });
});
