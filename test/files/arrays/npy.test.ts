import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DataError } from "../../../src/errors.ts";
import { type Elements, type ElementType, numbersOf } from "../../../src/files/arrays/element-type.ts";
import { encodeNpy, encodeNpyColumns } from "../../../src/files/arrays/npy-encode.ts";
import { decodeNpy, decodeNpyColumns, headerText, numpyFile, numpyFixture } from "./numpy-file.ts";

const plain = (descr: string, shape: string, data: Uint8Array, fortran?: string): Uint8Array =>
  numpyFile({ text: headerText(`'${descr}'`, shape, fortran), data });

describe("decodeNpy of files that NumPy wrote", () => {
  it("reads big-endian elements", async () => {
    const { type, shape, data } = decodeNpy(await numpyFixture("big-endian.npy"), "x");
    expect({ type, shape }).toEqual({ type: "i4", shape: [3, 4] });
    expect(data).toEqual(Int32Array.from({ length: 12 }, (_, i) => i - 6));
  });

  it("brings Fortran order into row-major order", async () => {
    const { shape, data } = decodeNpy(await numpyFixture("fortran.npy"), "x");
    expect(shape).toEqual([2, 3, 4]);
    expect(data).toEqual(Float64Array.from({ length: 24 }, (_, i) => i));
  });

  it("widens half precision, subnormal, infinite and not-a-number included", async () => {
    const { type, data } = decodeNpy(await numpyFixture("half.npy"), "x");
    expect(type).toBe("f4");
    expect([...data]).toEqual([0, 1, -2, 0.5, 65504, 2 ** -24, Number.POSITIVE_INFINITY, Number.NaN]);
  });

  it("gives no numbers of an array of 64-bit elements without any", () => {
    const { data } = decodeNpy(plain("<i8", "(0,)", new Uint8Array(0)), "x");
    expect(numbersOf(data)).toEqual(new Float64Array(0));
  });

  it("reads a scalar, which has no dimensions, and an array without elements", async () => {
    expect(decodeNpy(await numpyFixture("scalar.npy"), "x")).toEqual({
      type: "i8",
      shape: [],
      data: BigInt64Array.of(346n),
    });
    expect(decodeNpy(await numpyFixture("empty.npy"), "x")).toEqual({
      type: "u2",
      shape: [0, 3],
      data: new Uint16Array(0),
    });
  });

  it.each(["events.npy", "aligned.npy"])("reads the records of %s as columns", async (name) => {
    const columns = decodeNpyColumns(await numpyFixture(name), "x");
    expect([...columns.keys()]).toEqual(["x", "y", "p", "t"]);
    expect(columns.get("x")).toEqual({ type: "i2", shape: [5], data: Int16Array.of(0, 33, 7, 12, 1) });
    expect(columns.get("y")!.data).toEqual(Int16Array.of(33, 0, 8, 2, 5));
    expect(columns.get("p")).toEqual({ type: "b1", shape: [5], data: Uint8Array.of(1, 0, 1, 1, 0) });
    expect(columns.get("t")!.data).toEqual(BigInt64Array.of(10n, 10n, 200n, 3_000_000_000n, 9_000_000_000n));
  });

  it("reads version 3, whose names are UTF-8", async () => {
    expect([...decodeNpyColumns(await numpyFixture("version-3.npy"), "x").keys()]).toEqual(["xµ", "t"]);
  });

  it("refuses Python objects and says what to do", async () => {
    const objects = await numpyFixture("objects.npy");
    expect(() => decodeNpy(objects, "x")).toThrow(/byte 10.*Python objects.*allow_pickle=False/);
  });
});

describe("decodeNpy", () => {
  it.each<[string, ElementType, Elements]>([
    ["|b1", "b1", Uint8Array.of(1, 0)],
    ["<i1", "i1", Int8Array.of(-1, 2)],
    ["|u1", "u1", Uint8Array.of(255, 2)],
    ["<i2", "i2", Int16Array.of(-300, 2)],
    ["<u2", "u2", Uint16Array.of(65535, 2)],
    ["<i4", "i4", Int32Array.of(-70000, 2)],
    ["<u4", "u4", Uint32Array.of(4294967295, 2)],
    ["<i8", "i8", BigInt64Array.of(-(2n ** 63n), 2n)],
    ["<u8", "u8", BigUint64Array.of(2n ** 64n - 1n, 2n)],
    ["<f4", "f4", Float32Array.of(0.5, -2)],
    ["<f8", "f8", Float64Array.of(0.1, -2)],
  ])("reads %s in either order of bytes, and a view of other memory", (descr, type, data) => {
    const bytes = new Uint8Array(data.buffer);
    const swapped = bytes.slice();
    for (let at = 0; at < bytes.length; at += data.BYTES_PER_ELEMENT)
      swapped.subarray(at, at + data.BYTES_PER_ELEMENT).reverse();
    for (const [name, stored] of [
      [descr, bytes],
      [descr.replace(/[<|]/, ">"), swapped],
    ] as const) {
      const file = plain(name, "(2,)", stored);
      const shifted = Buffer.concat([Buffer.from("..."), file]).subarray(3);
      expect(decodeNpy(shifted, "x")).toEqual({ type, shape: [2], data });
    }
  });

  it.each([
    ["nothing", new Uint8Array(0), /byte 0: got the end of the data/],
    ["another file", Buffer.from("PK\x03\x04............"), /byte 0: .*93 "NUMPY"/],
    [
      "version 4",
      Buffer.concat([Buffer.from("\x93NUMPY\x04\x00", "latin1"), Buffer.alloc(60)]),
      /byte 6.*version 4/,
    ],
    ["a truncated header", plain("<i2", "(2,)", new Uint8Array(4)).subarray(0, 40), /byte 40: got the end/],
    ["a truncated array", plain("<i2", "(2,)", new Uint8Array(3)), /the end of the data.*shape \(2\)/],
    ["an array too long", plain("<i2", "(2,)", new Uint8Array(5)), /1 bytes too many/],
    ["an empty header", numpyFile({ text: "", data: new Uint8Array(9) }), /byte 8: got a header of 1 bytes/],
    ["an absurd shape", plain("<i2", "(900000000000000,)", new Uint8Array(4)), /the end of the data/],
    ["a shape past counting", plain("<i2", "(9000000000,9000000000)", new Uint8Array(4)), /fewer elements/],
    ["a shape of words", plain("<i2", "('a',)", new Uint8Array(4)), /tuple of whole numbers/],
    ["complex numbers", plain("<c8", "(2,)", new Uint8Array(16)), /type "<c8".*allow_pickle=False/],
    ["text", plain("<U4", "(2,)", new Uint8Array(32)), /type "<U4"/],
    ["a property of objects", plain("<constructor", "(2,)", new Uint8Array(4)), /type "<constructor"/],
    [
      "code instead of a dict",
      numpyFile({ text: "__import__('os').system('a long line')", data: new Uint8Array(2) }),
      /byte 10/,
    ],
    ["two dicts", numpyFile({ text: "{} {}".padEnd(40), data: new Uint8Array(2) }), /byte 13.*the end/],
    [
      "a key too few",
      numpyFile({ text: "{'descr': '<i2', 'shape': ()}", data: new Uint8Array(2) }),
      /fortran_order/,
    ],
    [
      "nesting without end",
      numpyFile({ text: "(".repeat(60000), data: new Uint8Array(2) }),
      /at most 8 levels/,
    ],
  ])("refuses %s, saying where", (_, bytes, message) => {
    const decoding = () => decodeNpy(bytes, "/x/file");
    expect(decoding).toThrow(DataError);
    expect(decoding).toThrow(message);
    expect(decoding).toThrow("/x/file");
  });

  it("tells plain arrays and records apart", async () => {
    expect(() => decodeNpyColumns(plain("<i2", "(2,)", new Uint8Array(4)), "x")).toThrow(
      /a plain array.*records/,
    );
    const events = await numpyFixture("events.npy");
    expect(() => decodeNpy(events, "x")).toThrow(/records.*a plain array/);
  });

  it("reads the header's text however Python writes it", () => {
    const text = `{"shape": (2L,), 'descr': [('\\'x', '<i2'), ["y", "<i2"]],\n 'fortran_order': False}`;
    const columns = decodeNpyColumns(numpyFile({ text, data: new Uint8Array(8), version: 2 }), "x");
    expect([...columns.keys()]).toEqual(["'x", "y"]);
  });
});

const arrays = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 4 }).chain((shape) => {
  const count = shape.reduce((product, side) => product * side, 1);
  const values = { minLength: count, maxLength: count };
  return fc
    .oneof(
      fc.record({ type: fc.constant("u1" as const), data: fc.uint8Array(values) }),
      fc.record({ type: fc.constant("i4" as const), data: fc.int32Array(values) }),
      fc.record({ type: fc.constant("f8" as const), data: fc.float64Array(values) }),
      fc.record({ type: fc.constant("i8" as const), data: fc.bigInt64Array(values) }),
    )
    .map((array) => ({ ...array, shape }));
});

describe("encodeNpy", () => {
  it("writes what decodeNpy reads, elements at a whole multiple of 64 bytes", () => {
    fc.assert(
      fc.property(arrays, (array) => {
        const file = encodeNpy(array);
        expect((file.length - array.data.byteLength) % 64).toBe(0);
        expect(decodeNpy(file, "x")).toEqual(array);
      }),
    );
  });

  it("writes the bytes that NumPy writes", async () => {
    const scalar = encodeNpy({ type: "i8", shape: [], data: BigInt64Array.of(346n) });
    expect(Buffer.compare(scalar, await numpyFixture("scalar.npy"))).toBe(0);
    const columns = decodeNpyColumns(await numpyFixture("events.npy"), "x");
    // NumPy leaves room for the shape of an array to grow.
    expect(decodeNpyColumns(encodeNpyColumns(columns), "x")).toEqual(columns);
  });

  it("refuses elements that do not fit their shape or type", () => {
    expect(() => encodeNpy({ type: "u1", shape: [3], data: new Uint8Array(2) })).toThrow(DataError);
    expect(() => encodeNpy({ type: "u2", shape: [2], data: new Uint8Array(2) })).toThrow(DataError);
  });
});

describe("a damaged .npy file", () => {
  it("is refused or read exactly", () => {
    const file = encodeNpyColumns(
      new Map([
        ["x", { type: "i2", shape: [3], data: Int16Array.of(1, 2, 3) }],
        ["t", { type: "i8", shape: [3], data: BigInt64Array.of(1n, 2n, 3n) }],
      ]),
    );
    const mutation = fc.record({
      at: fc.nat(file.length - 1),
      value: fc.nat(255),
      length: fc.nat(file.length + 3),
    });
    fc.assert(
      fc.property(mutation, ({ at, value, length }) => {
        const bytes = new Uint8Array(length);
        bytes.set(file.subarray(0, length));
        if (at < length) bytes[at] = value;
        for (const decode of [decodeNpy, decodeNpyColumns]) {
          try {
            decode(bytes, "x");
            expect(length).toBe(file.length);
          } catch (error) {
            expect(error).toBeInstanceOf(DataError);
          }
        }
      }),
      { numRuns: 2000 },
    );
  });
});
