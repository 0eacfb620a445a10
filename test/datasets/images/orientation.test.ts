/** Pictures that cameras stored turned, and say so in EXIF data. */
import { encode } from "fast-png";
import { describe, expect, it } from "vitest";
import { decodeImage } from "../../../src/datasets/images/decode-image.ts";
import { orientationOf } from "../../../src/datasets/images/exif.ts";
import { DataError } from "../../../src/errors.ts";
import { crc32 } from "../../../src/files/archives/crc32.ts";
import { jpeg } from "./fixture.ts";

/** EXIF data of one entry, in either order of bytes. */
const exif = (orientation: number, isLittle = true): Buffer => {
  const data = Buffer.alloc(26);
  data.write(isLittle ? "II" : "MM", "latin1");
  const [u16, u32] = isLittle
    ? [data.writeUInt16LE.bind(data), data.writeUInt32LE.bind(data)]
    : [data.writeUInt16BE.bind(data), data.writeUInt32BE.bind(data)];
  u16(42, 2);
  u32(8, 4);
  u16(1, 8);
  u16(0x0112, 10);
  u16(3, 12);
  u32(1, 14);
  u16(orientation, 18);
  return data;
};

const withExif = (file: Buffer, data: Buffer): Buffer => {
  const head = Buffer.from([0xff, 0xe1, 0, data.length + 8, ...Buffer.from("Exif\0\0")]);
  return Buffer.concat([file.subarray(0, 2), head, data, file.subarray(2)]);
};

const pngWithExif = (file: Uint8Array, data: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from("eXIf"), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  // Behind the signature and the header.
  return Buffer.concat([file.subarray(0, 33), length, body, sum, file.subarray(33)]);
};

/** What a picture of three columns and two rows, stored so, looks like; a is its first pixel. */
const upright: readonly (readonly [orientation: number, rows: string])[] = [
  [1, "abc/def"],
  [2, "cba/fed"],
  [3, "fed/cba"],
  [4, "def/abc"],
  [5, "ad/be/cf"],
  [6, "da/eb/fc"],
  [7, "fc/eb/da"],
  [8, "cf/be/ad"],
];
const stored = encode({
  width: 3,
  height: 2,
  channels: 1,
  data: Uint8Array.from([..."abcdef"], (c) => c.charCodeAt(0)),
});

describe("EXIF orientation", () => {
  it.each(upright)("%i: PNG pictures are turned upright", (orientation, rows) => {
    for (const isLittle of [true, false]) {
      const { width, height, data } = decodeImage(pngWithExif(stored, exif(orientation, isLittle)), "x");
      const lines = Array.from({ length: height }, (_, y) =>
        String.fromCharCode(...data.subarray(y * width, (y + 1) * width)),
      );
      expect(lines.join("/")).toBe(rows);
    }
  });

  it.each(upright)("%i: JPEG pictures are turned as PNG ones are", async (orientation) => {
    const file = await jpeg("colour");
    const plain = decodeImage(file, "x");
    const png = encode({ ...plain, channels: 3, data: plain.data as Uint8Array });
    const turned = decodeImage(withExif(file, exif(orientation)), "x");
    const { width, height, data } = decodeImage(pngWithExif(png, exif(orientation)), "x");
    expect(turned).toMatchObject({ width, height });
    expect(Buffer.compare(turned.data as Uint8Array, data as Uint8Array)).toBe(0);
  });

  it("is taken into account where a size is asked for", async () => {
    const file = withExif(await jpeg("grey"), exif(6));
    expect(decodeImage(file, "x", { width: 13, height: 21 })).toMatchObject({ width: 13, height: 21 });
    expect(() => decodeImage(file, "x", { width: 21, height: 13 })).toThrow(DataError);
    const png = pngWithExif(stored, exif(8));
    expect(decodeImage(png, "x", { width: 2, height: 3 })).toMatchObject({ width: 2, height: 3 });
  });

  it("is upright where the data are damaged or say nothing", () => {
    for (const value of [0, 9, 65535]) expect(orientationOf(exif(value))).toBe(1);
    for (let length = 0; length < 20; length++) expect(orientationOf(exif(6).subarray(0, length))).toBe(1);
    const far = exif(6);
    far.writeUInt32LE(0xffffffff, 4);
    expect(orientationOf(far)).toBe(1);
    expect(orientationOf(exif(6).fill(0, 10, 12))).toBe(1);
  });
});
