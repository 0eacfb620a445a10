import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import jpegJs from "jpeg-js";
import { describe, expect, it } from "vitest";
import { decodeJpeg } from "../../../src/datasets/images/jpeg-samples.ts";
import { readImage } from "../../../src/datasets/images/read-image.ts";
import { DataError } from "../../../src/errors.ts";
import { emptyFolder } from "../folder.ts";
import { drawn, height, jpeg, width } from "./fixture.ts";

const read = async (file: Uint8Array, channels: 1 | 3, size = { width, height }): Promise<Uint8Array> => {
  const path = join(await emptyFolder(), "picture");
  await writeFile(path, file);
  return readImage(path, [channels, size.height, size.width]);
};

const furthest = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  expect(a.length).toBe(b.length);
  return Math.max(...Array.from(a, (value, k) => Math.abs(value - b[k]!)));
};

/** Where the segment of that code begins in a file of which no other byte pair is like it. */
const find = (file: Buffer, code: number): number => file.indexOf(Buffer.of(0xff, code));

describe("JPEG pictures", () => {
  it.each([
    // Colours at half the resolution are repeated, not smoothed.
    ["grey", 1, 2],
    ["grey-restarts", 1, 2],
    ["grey-progressive", 1, 2],
    ["colour", 3, 4],
    ["colour-plain", 3, 4],
    ["colour-halved", 3, 14],
    ["colour-restarts", 3, 14],
    ["colour-progressive", 3, 14],
    ["cmyk", 3, 6],
  ] as const)("reads %s as it was drawn, within the loss of the format", async (name, channels, loss) => {
    expect(furthest(await read(await jpeg(name), channels), drawn(channels))).toBeLessThanOrEqual(loss);
  });

  it.each(["1x1", "2x1", "1x2", "2x2", "4x1"])(
    "reads progressive scans with restarts as sequential ones, colours sampled %s",
    async (sampling) => {
      const size = { width: 23, height: 17 };
      const plain = await read(await jpeg(`sampled-${sampling}`), 3, size);
      expect(new Set(plain).size).toBeGreaterThan(100);
      expect(await read(await jpeg(`sampled-${sampling}-restarts`), 3, size)).toEqual(plain);
    },
  );

  it("reads the pixels that an independent decoder reads", async () => {
    const names = ["grey", "grey-progressive", "colour-halved", "colour-plain", "sampled-1x2", "sampled-4x1"];
    const random = Uint8Array.from({ length: 4 * 31 * 19 }, (_, k) => (k * k * 31 + (k >> 3)) % 256);
    const noise = jpegJs.encode({ width: 31, height: 19, data: random }, 80).data;
    const files = await Promise.all(names.map(async (name) => [name, await jpeg(name)] as const));
    for (const [name, file] of [...files, ["noise", noise] as const]) {
      const { data, channels } = decodeJpeg(file, "x");
      const colours = name === "colour-plain" ? { colorTransform: false } : {};
      const other = jpegJs.decode(file, { useTArray: true, formatAsRGBA: false, ...colours });
      const expected = channels === 1 ? other.data.filter((_, k) => k % 3 === 0) : other.data;
      expect(Buffer.compare(data as Uint8Array, expected)).toBe(0);
    }
  });

  it.each([
    [0, 128],
    [2, 127],
    [undefined, 0],
  ])("reads colours for print with Adobe's transform %s", (transform, red) => {
    // A block of each component, of samples 128, 128, 128 and 255.
    const components = [1, 2, 3, 4];
    const segment = (code: number, ...body: number[]) => [0xff, code, 0, body.length + 2, ...body];
    const adobe = [...Buffer.from("Adobe"), 0, 100, 0, 0, 0, 0, transform ?? 0];
    const file = Uint8Array.from([
      ...[0xff, 0xd8],
      ...(transform === undefined ? [] : segment(0xee, ...adobe)),
      ...segment(0xdb, 0, ...Array<number>(64).fill(8)),
      ...segment(0xc0, 8, 0, 8, 0, 8, 4, ...components.flatMap((id) => [id, 0x11, 0])),
      // Codes: 0 for a DC of 0 bits, 10 of 7 bits; 0 for the end of a block.
      ...segment(0xc4, 0x00, 1, 1, ...Array<number>(14).fill(0), 0, 7),
      ...segment(0xc4, 0x10, 1, ...Array<number>(15).fill(0), 0),
      ...segment(0xda, 4, ...components.flatMap((id) => [id, 0x00]), 0, 63, 0),
      // DC 0, 0, 0 and 127, as bits 00 00 00 10 1111111 0, filled up with ones.
      ...[0b00000010, 0b11111110],
      ...[0xff, 0xd9],
    ]);
    const { data } = decodeJpeg(file, "x");
    expect([...data.subarray(0, 3)]).toEqual([red, red, red]);
  });

  it("makes grey of colours by their luma, and colours of grey by repetition", async () => {
    const [red, green, blue] = [0, 1, 2].map((k) => drawn(3).slice(k * width * height)) as [
      number[],
      number[],
      number[],
    ];
    const luma = Array.from(
      { length: width * height },
      (_, k) => 0.299 * red[k]! + 0.587 * green[k]! + 0.114 * blue[k]!,
    );
    expect(furthest(await read(await jpeg("colour"), 1), luma)).toBeLessThanOrEqual(4);
    const grey = await read(await jpeg("grey"), 1);
    expect(await read(await jpeg("grey"), 3)).toEqual(Uint8Array.from([...grey, ...grey, ...grey]));
  });

  it("reads on past comments, profiles and what comes after the end", async () => {
    const file = await jpeg("grey");
    const comment = Buffer.from([0xff, 0xfe, 0, 7, ...Buffer.from("hello")]);
    const rest = Buffer.concat([file.subarray(0, 2), comment, file.subarray(2), Buffer.from("rest")]);
    expect(await read(rest, 1)).toEqual(await read(file, 1));
  });

  it("refuses every truncated file", async () => {
    for (const name of ["grey", "grey-restarts", "colour-restarts", "colour-progressive"]) {
      const file = await jpeg(name);
      for (let length = 0; length < file.length; length++)
        expect(() => decodeJpeg(file.subarray(0, length), "x"), `${name} ${length}`).toThrow(DataError);
    }
  });

  it("refuses a scan that ends between two restarts, which a decoder would fill with grey", async () => {
    const file = await jpeg("grey-restarts");
    const restart = file.lastIndexOf(Buffer.of(0xff, 0xd0));
    const cut = Buffer.concat([file.subarray(0, restart), Buffer.of(0xff, 0xd9)]);
    expect(() => decodeJpeg(cut, "x")).toThrow(/parts of a scan instead of/);
  });

  it.each([
    [
      "two components",
      async () => {
        const file = await jpeg("grey");
        file[find(file, 0xc0) + 9] = 2;
        return file;
      },
      /byte \d+: got no frame of one, three or four components/,
    ],
    [
      "another size",
      async () => jpeg("grey"),
      /21 x 13 pixels \(width x height\); expected 28 x 28/,
      { width: 28, height: 28 },
    ],
    [
      "arithmetic codes",
      async () => {
        const file = await jpeg("grey");
        file[find(file, 0xc0) + 1] = 0xc9;
        return file;
      },
      /kind SOF9/,
    ],
    [
      "no scan",
      async () => {
        const file = await jpeg("grey");
        return Buffer.concat([file.subarray(0, find(file, 0xda)), Buffer.of(0xff, 0xd9)]);
      },
      /a component that is in no scan/,
    ],
    [
      "no tables",
      async () => {
        const file = await jpeg("grey");
        return Buffer.concat([file.subarray(0, 2), file.subarray(find(file, 0xc0))]);
      },
      /a scan without its table of quantisation/,
    ],
  ])("refuses %s", async (_, make, message, size = { width, height }) => {
    const reading = read(await make(), 1, size);
    await expect(reading).rejects.toThrow(DataError);
    await expect(reading).rejects.toThrow(message);
  });

  it("holds a picture of unknown size to what the file can hold", async () => {
    const file = await jpeg("grey");
    const at = find(file, 0xc0) + 5;
    file.writeUInt16BE(65_535, at);
    file.writeUInt16BE(65_535, at + 2);
    expect(() => decodeJpeg(file, "x")).toThrow(/65535 x 65535 pixels/);
    file.writeUInt16BE(2_048, at);
    file.writeUInt16BE(2_047, at + 2);
    const before = process.memoryUsage().rss;
    expect(() => decodeJpeg(file, "x")).toThrow(DataError);
    expect(process.memoryUsage().rss - before).toBeLessThan(300_000_000);
  });

  it("refuses a file of no more than scans, or segments, at once", async () => {
    const file = await jpeg("grey-progressive");
    const [scan, end] = [find(file, 0xda), file.length - 2];
    const at = file.indexOf(Buffer.of(0xff, 0xc2)) + 5;
    file.writeUInt16BE(2_000, at);
    file.writeUInt16BE(2_000, at + 2);
    const first = file.subarray(scan, file.indexOf(Buffer.of(0xff, 0xc4), scan));
    const scans = Buffer.concat([file.subarray(0, scan), ...Array(2000).fill(first), file.subarray(end)]);
    expect(() => decodeJpeg(scans, "x")).toThrow(/blocks of pixels, more than the file can hold/);
    const empty = Buffer.concat(Array(5000).fill(Buffer.of(0xff, 0xfe, 0, 2)));
    const segments = Buffer.concat([file.subarray(0, 2), empty, file.subarray(2)]);
    expect(() => decodeJpeg(segments, "x")).toThrow(/more than 4096 segments/);
  });

  it("refuses or reads in full any mutated or truncated file", async () => {
    const names = ["grey", "grey-restarts", "colour-halved", "colour-progressive", "colour-plain"];
    const files = await Promise.all(names.map(jpeg));
    const other = jpegJs.encode({ width: 8, height: 8, data: new Uint8Array(256).fill(77) }, 50).data;
    const mutation = fc.record({
      file: fc.constantFrom(...files, other),
      flips: fc.array(fc.tuple(fc.nat(800), fc.nat(255)), { maxLength: 4 }),
      length: fc.oneof(fc.constant(1000), fc.nat(800)),
    });
    fc.assert(
      fc.property(mutation, ({ file, flips, length }) => {
        const bytes = Uint8Array.from(file.subarray(0, length));
        for (const [at, value] of flips) bytes[at] = value;
        try {
          const { data, width, height, channels } = decodeJpeg(bytes, "x");
          expect(data.length).toBe(width * height * channels);
        } catch (error) {
          expect(error).toBeInstanceOf(DataError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
