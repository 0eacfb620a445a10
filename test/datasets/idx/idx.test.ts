import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeIdx, encodeIdx } from "../../../src/datasets/idx/idx.ts";
import { DataError } from "../../../src/errors.ts";

const images = encodeIdx({ dims: [2, 2, 3], data: Uint8Array.from({ length: 12 }, (_, i) => i) });
const labels = encodeIdx({ dims: [3], data: Uint8Array.of(7, 2, 1) });

const altered = (bytes: Uint8Array, at: number, value: number): Uint8Array => {
  const copy = bytes.slice();
  copy[at] = value;
  return copy;
};

describe("encodeIdx", () => {
  it("writes the published layout", () => {
    expect([...labels]).toEqual([0, 0, 8, 1, 0, 0, 0, 3, 7, 2, 1]);
    expect([...images.subarray(0, 16)]).toEqual([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3]);
  });

  it("refuses dimensions that do not fit the data", () => {
    expect(() => encodeIdx({ dims: [2, 2], data: new Uint8Array(5) })).toThrow(DataError);
    expect(() => encodeIdx({ dims: [2.5, 2], data: new Uint8Array(5) })).toThrow(DataError);
  });
});

describe("decodeIdx", () => {
  it("returns what was encoded, for any dimensions", () => {
    const array = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 4 }).chain((dims) => {
      const size = dims.reduce((a, b) => a * b, 1);
      return fc.record({
        dims: fc.constant(dims),
        data: fc.uint8Array({ minLength: size, maxLength: size }),
      });
    });
    fc.assert(
      fc.property(array, ({ dims, data }) => {
        expect(decodeIdx(encodeIdx({ dims, data }), "x", dims.length)).toEqual({ dims, data });
      }),
    );
  });

  it("returns a plain view of a Buffer in the middle of its memory", () => {
    const { data } = decodeIdx(Buffer.concat([Buffer.from("...."), labels]).subarray(4), "x", 1);
    expect(data.constructor).toBe(Uint8Array);
    expect([...data]).toEqual([7, 2, 1]);
  });

  it.each([
    ["nothing", new Uint8Array(0), 1, /byte 0.*end of the data.*header of 8 bytes/],
    ["a truncated header", images.subarray(0, 11), 3, /byte 11.*end of the data.*header of 16 bytes/],
    ["a web page", new TextEncoder().encode("<!doctype html>"), 3, /byte 0.*3c 21 64 6f.*00 00 08 03/],
    ["another element type", altered(images, 2, 0x0d), 3, /byte 2.*0d.*unsigned bytes/],
    ["labels for images", labels, 3, /byte 3.*labels.*expected images/],
    ["images for labels", images, 1, /byte 3.*images.*expected labels/],
    ["five dimensions", altered(images, 3, 5), 3, /byte 3.*5 dimensions/],
    ["no images", altered(images, 7, 0), 3, /byte 4.*0 x 2 x 3/],
    ["no columns", altered(images, 15, 0), 3, /byte 12.*2 x 2 x 0/],
    [
      "a truncated end",
      images.subarray(0, 27),
      3,
      /byte 27.*end of the data.*28 bytes for dimensions 2 x 2 x 3/,
    ],
    ["a byte too many", Uint8Array.of(...labels, 0), 1, /byte 11.*1 bytes too many/],
    ["an absurd size", altered(altered(images, 4, 255), 8, 255), 3, /byte 28.*end of the data/],
  ])("refuses %s, saying where", (_, bytes, rank, message) => {
    const decoding = () => decodeIdx(bytes, "/x/file", rank);
    expect(decoding).toThrow(DataError);
    expect(decoding).toThrow(message);
    expect(decoding).toThrow("/x/file");
  });

  it("refuses or reads exactly any mutated, truncated or lengthened file", () => {
    const mutation = fc.record({
      at: fc.nat(30),
      value: fc.nat(255),
      length: fc.nat(images.length + 3),
      rank: fc.constantFrom(1, 3),
    });
    fc.assert(
      fc.property(mutation, ({ at, value, length, rank }) => {
        const bytes = new Uint8Array(length);
        bytes.set(images.subarray(0, length));
        if (at < length) bytes[at] = value;
        try {
          const { dims, data } = decodeIdx(bytes, "x", rank);
          expect(encodeIdx({ dims, data })).toEqual(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(DataError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
