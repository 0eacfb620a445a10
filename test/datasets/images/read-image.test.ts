import { mkdir, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import fc from "fast-check";
import { encode } from "fast-png";
import { describe, expect, it } from "vitest";
import { readImage } from "../../../src/datasets/images/read-image.ts";
import { DataError, StorageError } from "../../../src/errors.ts";
import { emptyFolder } from "../folder.ts";
import { type PngParts, png } from "./png.ts";

const read = async (file: Uint8Array, height: number, width: number): Promise<number[]> => {
  const path = join(await emptyFolder(), "digit.png");
  await writeFile(path, file);
  return [...(await readImage(path, [1, height, width]))];
};

/** A picture two rows high. */
const parts = (width: number, depth: number, colourType: number, rows: PngParts["rows"]): PngParts => ({
  width,
  height: 2,
  depth,
  colourType,
  rows,
});
const grey = parts(3, 8, 0, [
  [0, 1, 127],
  [128, 254, 255],
]);
const greyValues = [0, 1, 127, 128, 254, 255];
const palette = Uint8Array.of(255, 255, 255, 255, 0, 0, 0, 0, 0);
/** Compressed so well that decompressing it would take 200 MB. */
const bomb = () => deflateSync(Buffer.alloc(200_000_000));

describe("readImage", () => {
  it("returns grey bytes as they are, white ink staying white", async () => {
    expect(await read(png(grey), 2, 3)).toEqual(greyValues);
  });

  it("reads what a PNG encoder writes, with whatever row filters it chose", async () => {
    const data = Uint8Array.from({ length: 28 * 28 }, (_, i) => (i * i) % 256);
    const file = encode({ width: 28, height: 28, data, channels: 1, text: { Comment: "a digit" } });
    expect(await read(file, 28, 28)).toEqual([...data]);
  });

  it.each([
    [
      "1 bit",
      parts(10, 1, 0, [
        [0b10101010, 0b01000000],
        [0, 0b11000000],
      ]),
      [1, 0, 1, 0, 1, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1].map((bit) => bit * 255),
    ],
    [
      "2 bits",
      parts(5, 2, 0, [
        [0b00011011, 0b11000000],
        [0b11100100, 0],
      ]),
      [0, 85, 170, 255, 255, 255, 170, 85, 0, 0],
    ],
    [
      "4 bits",
      parts(3, 4, 0, [
        [0x0f, 0x10],
        [0x78, 0xe0],
      ]),
      [0, 255, 17, 119, 136, 238],
    ],
    [
      "16 bits",
      parts(2, 16, 0, [
        [0, 0, 255, 255],
        [128, 128, 1, 0],
      ]),
      [0, 255, 128, 1],
    ],
    [
      "grey with alpha, over black",
      parts(2, 8, 4, [
        [255, 255, 255, 0],
        [200, 128, 0, 255],
      ]),
      [255, 0, 100, 0],
    ],
    [
      "RGB, as luma",
      parts(2, 8, 2, [
        [255, 255, 255, 255, 0, 0],
        [0, 255, 0, 0, 0, 255],
      ]),
      [255, 76, 150, 29],
    ],
    [
      "RGBA, over black",
      parts(2, 8, 6, [
        [255, 255, 255, 255, 255, 255, 255, 51],
        [255, 0, 0, 255, 9, 9, 9, 0],
      ]),
      [255, 51, 76, 0],
    ],
    [
      "RGBA of 16 bits",
      parts(1, 16, 6, [
        [255, 255, 255, 255, 255, 255, 255, 255],
        [255, 255, 255, 255, 255, 255, 51, 51],
      ]),
      [255, 51],
    ],
    [
      "a palette",
      {
        ...parts(2, 8, 3, [
          [0, 1],
          [2, 0],
        ]),
        extra: [["PLTE", palette]],
      },
      [255, 76, 0, 255],
    ],
    [
      "a packed palette with transparency",
      {
        ...parts(3, 2, 3, [[0b00011000], [0b10000000]]),
        extra: [
          ["PLTE", palette],
          ["tRNS", Uint8Array.of(0, 128)],
        ],
      },
      [0, 38, 0, 0, 0, 0],
    ],
    ["a transparent grey", { ...grey, extra: [["tRNS", Uint8Array.of(0, 254)]] }, [0, 1, 127, 128, 0, 255]],
    [
      "a suggested palette, which means nothing",
      {
        ...parts(1, 8, 2, [
          [255, 255, 255],
          [0, 0, 0],
        ]),
        extra: [["PLTE", palette]],
      },
      [255, 0],
    ],
  ] satisfies [string, PngParts, number[]][])("reads %s", async (_, picture, values) => {
    expect(await read(png(picture), 2, picture.width)).toEqual(values);
  });

  it.each([
    [
      "RGB",
      parts(2, 8, 2, [
        [255, 0, 1, 2, 3, 4],
        [5, 6, 7, 8, 9, 10],
      ]),
      [
        [255, 2, 5, 8],
        [0, 3, 6, 9],
        [1, 4, 7, 10],
      ],
    ],
    [
      "RGBA, over black",
      parts(1, 8, 6, [
        [200, 100, 50, 51],
        [1, 2, 3, 255],
      ]),
      [
        [40, 1],
        [20, 2],
        [10, 3],
      ],
    ],
    [
      "RGB of 16 bits",
      parts(1, 16, 2, [
        [255, 255, 1, 0, 0, 0],
        [0, 0, 128, 128, 255, 255],
      ]),
      [
        [255, 0],
        [1, 128],
        [0, 255],
      ],
    ],
    [
      "a palette",
      {
        ...parts(2, 8, 3, [
          [0, 1],
          [2, 0],
        ]),
        extra: [["PLTE", palette]],
      },
      [
        [255, 255, 0, 255],
        [255, 0, 0, 255],
        [255, 0, 0, 255],
      ],
    ],
    [
      "grey, repeated",
      parts(2, 8, 0, [
        [1, 2],
        [3, 4],
      ]),
      [
        [1, 2, 3, 4],
        [1, 2, 3, 4],
        [1, 2, 3, 4],
      ],
    ],
    [
      "a transparent colour",
      {
        ...parts(2, 8, 2, [
          [9, 8, 7, 9, 8, 6],
          [1, 2, 3, 9, 8, 7],
        ]),
        extra: [["tRNS", Uint8Array.of(0, 9, 0, 8, 0, 7)]],
      },
      [
        [0, 9, 1, 0],
        [0, 8, 2, 0],
        [0, 6, 3, 0],
      ],
    ],
  ] satisfies [string, PngParts, number[][]][])("reads %s as three channels", async (_, picture, planes) => {
    const path = join(await emptyFolder(), "picture.png");
    await writeFile(path, png(picture));
    expect([...(await readImage(path, [3, 2, picture.width]))]).toEqual(planes.flat());
  });

  it.each([
    ["nothing", new Uint8Array(0), /no PNG/],
    ["a text", Buffer.from("7"), /no PNG/],
    [
      "the start of a JPEG",
      Buffer.from("ffd8ffe000104a464946", "hex"),
      /byte 2: .*does not end in the file; expected a whole JPEG/,
    ],
    ["a signature alone", png(grey).subarray(0, 8), /byte 8: got the end of the file in a chunk/],
    ["a truncated file", png(grey).subarray(0, -20), /end of the file in a chunk/],
    [
      "a changed pixel checksum",
      png(grey).fill(0, png(grey).length - 16, png(grey).length - 12),
      /CRC mismatch/,
    ],
    ["too few rows", png({ ...grey, rows: grey.rows.slice(0, 1) }), /4 bytes of pixel data instead of 8/],
    ["too many rows", png({ ...grey, rows: [...grey.rows, [1, 2, 3]] }), /cannot be decompressed/],
    ["an impossible depth", png({ ...grey, depth: 7 }), /colour type 0 at 7 bits/],
    ["an impossible colour type", png({ ...grey, colourType: 5 }), /colour type 5/],
    ["colours without a palette", png({ ...grey, colourType: 3 }), /no palette/],
    [
      "colours beyond the palette",
      png({ ...grey, colourType: 3, extra: [["PLTE", palette]] }),
      /palette entry 127 of 3/,
    ],
    [
      "the wrong size",
      png({ ...grey, width: 28, height: 28 }),
      /28 x 28 pixels \(width x height\); expected 3 x 2/,
    ],
    ["the wrong way round", png({ ...grey, width: 2, height: 3 }), /2 x 3 pixels/],
    ["an absurd size", png({ ...grey, width: 0xffffffff, height: 0xffffffff }), /4294967295 x 4294967295/],
  ])("refuses %s", async (_, file, message) => {
    const reading = read(file, 2, 3);
    await expect(reading).rejects.toThrow(DataError);
    await expect(reading).rejects.toThrow(message);
  });

  it("does not decompress more than the picture, nor what it does not need", async () => {
    const compressed = bomb();
    const header = png(grey).subarray(0, 33);
    const end = png(grey).subarray(-12);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(compressed.length);
    const before = process.memoryUsage().rss;
    const pixels = Buffer.concat([header, length, Buffer.from("IDAT"), compressed, Buffer.alloc(4), end]);
    await expect(read(pixels, 2, 3)).rejects.toThrow(DataError);
    const profile = Buffer.concat([Buffer.from("p\0\0", "latin1"), compressed]);
    expect(await read(png({ ...grey, extra: [["iCCP", profile]] }), 2, 3)).toEqual(greyValues);
    expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
  });

  it("refuses a huge file, a folder, a missing file and a network of two channels", async () => {
    const folder = await emptyFolder();
    await writeFile(join(folder, "huge.png"), Buffer.alloc(0));
    await truncate(join(folder, "huge.png"), 100_000_000);
    await mkdir(join(folder, "sub.png"));
    await expect(readImage(join(folder, "huge.png"), [1, 28, 28])).rejects.toThrow(DataError);
    await expect(readImage(join(folder, "sub.png"), [1, 28, 28])).rejects.toThrow(StorageError);
    await expect(readImage(join(folder, "none.png"), [1, 28, 28])).rejects.toThrow(StorageError);
    await expect(readImage(join(folder, "none.png"), [2, 32, 32])).rejects.toThrow(DataError);
  });

  it("refuses or reads in full any mutated or truncated file", async () => {
    const path = join(await emptyFolder(), "digit.png");
    const files = [
      png(grey),
      png({
        ...grey,
        colourType: 3,
        extra: [
          ["PLTE", new Uint8Array(768)],
          ["tRNS", new Uint8Array(9)],
        ],
      }),
    ];
    const mutation = fc.record({
      file: fc.constantFrom(...files),
      flips: fc.array(fc.tuple(fc.nat(1000), fc.nat(255)), { maxLength: 4 }),
      length: fc.oneof(fc.constant(1000), fc.nat(1000)),
    });
    await fc.assert(
      fc.asyncProperty(mutation, async ({ file, flips, length }) => {
        const bytes = Uint8Array.from(file.subarray(0, length));
        for (const [at, value] of flips) bytes[at] = value;
        await writeFile(path, bytes);
        try {
          expect((await readImage(path, [1, 2, 3])).length).toBe(6);
        } catch (error) {
          expect(error).toBeInstanceOf(DataError);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
