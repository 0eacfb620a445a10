import { deflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readNpzSplits } from "../../src/datasets/npz-bytes.ts";
import { DataError } from "../../src/errors.ts";
import { crc32 } from "../../src/files/archives/crc32.ts";

type File = readonly [name: string, contents: Uint8Array];

/** A zip archive by APPNOTE.TXT, each file deflated or stored. */
const zip = (files: readonly File[], isDeflated = true): Uint8Array<ArrayBuffer> => {
  const locals: Buffer[] = [];
  const entries: Buffer[] = [];
  let offset = 0;
  for (const [name, contents] of files) {
    const data = isDeflated ? deflateRawSync(contents) : Buffer.from(contents);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(isDeflated ? 8 : 0, 4);
    common.writeUInt32LE(crc32(contents), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(contents.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), common, Buffer.from(name), data]);
    const entry = Buffer.concat([
      ...[Buffer.from("PK\x01\x02"), Buffer.from([20, 0]), common, Buffer.alloc(14)],
      Buffer.from(name),
    ]);
    entry.writeUInt32LE(offset, 42);
    locals.push(local);
    entries.push(entry);
    offset += local.length;
  }
  const directory = Buffer.concat(entries);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return new Uint8Array(Buffer.concat([...locals, directory, end]));
};

const npy = (shape: readonly number[], data: readonly number[]): Uint8Array => {
  const header = `{'descr': '|u1', 'fortran_order': False, 'shape': (${shape.join(", ")}${shape.length === 1 ? "," : ""}), }`;
  const padded = `${header.padEnd(118 - 1)}\n`;
  return Buffer.concat([
    ...[Buffer.from("\x93NUMPY\x01\x00", "latin1"), Buffer.from([padded.length, 0])],
    ...[Buffer.from(padded), Buffer.from(data)],
  ]);
};

const pixels = [10, 20, 30, 40, 50, 60, 70, 80];
const both: readonly File[] = [
  ["x_train.npy", npy([2, 2, 2], pixels)],
  ["y_train.npy", npy([2], [0, 2])],
  ["x_test.npy", npy([1, 2, 2], pixels.slice(0, 4))],
  ["y_test.npy", npy([1], [1])],
];

describe("an .npz file given as bytes", () => {
  it.each([true, false])("holds both splits, deflated: %s", async (isDeflated) => {
    const { train, test } = await readNpzSplits(new File([zip(both, isDeflated)], "toys.npz"));
    expect(train).toMatchObject({ count: 2, shape: [1, 2, 2], classes: 3, subset: false });
    expect(train!.name).toBe("toys.npz, training, 2 images");
    expect([...train!.images]).toEqual(pixels);
    expect([...train!.labels]).toEqual([0, 2]);
    expect([...test!.images]).toEqual(pixels.slice(0, 4));
    expect(test!.classes).toBe(3);
  });

  it("may hold x and y alone, and frames of 0 and 1", async () => {
    const bytes = zip([
      ["x.npy", npy([2, 2, 2], [0, 1, 0, 1, 1, 1, 0, 0])],
      ["y.npy", npy([2], [0, 1])],
    ]);
    const { train, test } = await readNpzSplits(bytes, { name: "frames" });
    expect([...train!.images]).toEqual([0, 255, 0, 255, 255, 255, 0, 0]);
    expect(train!.name).toBe("frames, training, 2 images");
    expect(test).toBeUndefined();
  });

  const whole = zip(both);
  const changed = (at: number, value: number): Uint8Array => {
    const bytes = whole.slice();
    bytes[at] = value;
    return bytes;
  };
  /** Where the entry of the first file begins in the directory. */
  const entry = Buffer.from(whole).indexOf("PK\x01\x02");
  it.each<[string, Uint8Array, string]>([
    ["no archive", new Uint8Array(100), "no end of its directory"],
    ["nothing", new Uint8Array(), "no end of its directory"],
    ["an archive that is cut off", whole.subarray(50), "no entry of the directory"],
    ["a damaged local header", changed(0, 0), "no header of x_train.npy"],
    ["an encrypted file", changed(entry + 8, 1), "an encrypted file"],
    ["an unknown compression", changed(entry + 10, 12), "compression method 12"],
    ["a size that its bytes can't hold", changed(entry + 27, 200), "a promise of"],
    ["contents shorter than the archive says", changed(entry + 24, 255), "too many"],
    ["contents longer than the archive says", changed(entry + 24, 1), "more than 1 bytes"],
    ["another checksum", changed(entry + 16, whole[entry + 16]! ^ 1), "checksum"],
    ["damaged contents", changed(45, 0xff), "damaged contents"],
    ["a file that is there twice", zip([both[0]!, both[0]!]), "twice"],
    ["other arrays", zip([["z.npy", npy([1], [1])]]), "the arrays z"],
    [
      "images of two sizes",
      zip([...both.slice(0, 2), ["x_test.npy", npy([1, 1, 2], [1, 2])], both[3]!]),
      "1 x 1 x 2",
    ],
  ])("is refused: %s", async (_, bytes, words) => {
    const refused = readNpzSplits(bytes);
    await expect(refused).rejects.toThrow(DataError);
    await expect(refused).rejects.toThrow(words);
  });
});
