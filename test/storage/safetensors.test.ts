import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CheckpointError } from "../../src/errors.ts";
import {
  decodeSafetensors,
  encodeSafetensors,
  type Safetensors,
  type StoredTensor,
} from "../../src/storage/safetensors.ts";

/** A file composed by hand: 8 bytes of header length, header, arrays. */
const file = (header: string, data: readonly number[] = [], length?: number): Uint8Array => {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length ?? text.length), true);
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return bytes;
};

describe("a file written by the format's own implementation (test/fixtures/safetensors.py)", () => {
  const bytes = readFileSync(new URL("../fixtures/reference.safetensors", import.meta.url));

  test("is read", () => {
    expect(decodeSafetensors(bytes)).toEqual({
      tensors: {
        "layer/weight": { shape: [2, 3], data: Float32Array.of(-2.5, -1.5, -0.5, 0.5, 1.5, 2.5) },
        "layer/bias": { shape: [2], data: Float32Array.of(0.5, -0.25) },
        "10": { shape: [2], data: Float32Array.of(Number.POSITIVE_INFINITY, -0) },
        'β "quoted"': { shape: [1], data: Float32Array.of(2 ** -149) },
        empty: { shape: [0, 4], data: new Float32Array() },
        scalar: { shape: [], data: BigInt64Array.of(-7n) },
        indices: { shape: [2, 1], data: Int32Array.of(-1, 2 ** 31 - 1) },
        mask: { shape: [3], data: Uint8Array.of(1, 0, 255) },
      },
      metadata: { note: "two\nlines" },
    });
  });

  test("is written with the same bytes", () => {
    expect(Buffer.from(encodeSafetensors(decodeSafetensors(bytes))).equals(bytes)).toBe(true);
  });
});

test("the layout of the specification, byte by byte", () => {
  const bytes = encodeSafetensors({
    tensors: { a: { shape: [2], data: Float32Array.of(1, -2) } },
    metadata: {},
  });
  const header = '{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}  ';
  expect([...bytes]).toEqual([...file(header, [0, 0, 128, 63, 0, 0, 0, 192])]);
});

const data = fc.oneof(
  fc.float32Array({ maxLength: 9 }),
  fc.int32Array({ maxLength: 9 }),
  fc.uint8Array({ maxLength: 9 }),
  fc.bigInt64Array({ maxLength: 9 }),
);

/** Tensors of rank 1, or with a place of their own for 1 or 0. */
const tensor: fc.Arbitrary<StoredTensor> = fc
  .tuple(data, fc.nat(2))
  .map(([values, ones]) => ({ shape: [...Array<number>(ones).fill(1), values.length], data: values }));

const name = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.constantFrom("__proto__", "constructor", "0", "10", "9"),
);

const content: fc.Arbitrary<Safetensors> = fc.record({
  tensors: fc
    .array(fc.tuple(name, tensor), { maxLength: 6 })
    .map((pairs) => Object.fromEntries(pairs.filter(([key]) => key !== "__metadata__"))),
  metadata: fc
    .array(fc.tuple(name, fc.string({ unit: "grapheme" })), { maxLength: 4 })
    .map((pairs) => Object.fromEntries(pairs)),
});

const sortedContent = ({ tensors, metadata }: Safetensors): unknown => [
  Object.entries(tensors).sort(([a], [b]) => (a < b ? -1 : 1)),
  Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1)),
];

test("what is written is read, wherever in memory the bytes lie", () => {
  fc.assert(
    fc.property(content, fc.nat(8), (original, offset) => {
      const bytes = encodeSafetensors(original);
      const moved = new Uint8Array(offset + bytes.length).subarray(offset);
      moved.set(bytes);
      expect(sortedContent(decodeSafetensors(moved))).toEqual(sortedContent(original));
    }),
  );
});

test("the same content has the same bytes, arrays at multiples of 8", () => {
  fc.assert(
    fc.property(content, (original) => {
      const reversed = {
        tensors: Object.fromEntries(Object.entries(original.tensors).reverse()),
        metadata: Object.fromEntries(Object.entries(original.metadata).reverse()),
      };
      const bytes = encodeSafetensors(original);
      expect(encodeSafetensors(reversed)).toEqual(bytes);
      expect(Number(new DataView(bytes.buffer).getBigUint64(0, true)) % 8).toBe(0);
    }),
  );
});

test("aligned arrays are views, others copies", () => {
  const bytes = encodeSafetensors({ tensors: { a: { shape: [1], data: Float32Array.of(1) } }, metadata: {} });
  expect(decodeSafetensors(bytes).tensors.a!.data.buffer).toBe(bytes.buffer);
  const moved = new Uint8Array(1 + bytes.length).subarray(1);
  moved.set(bytes);
  expect(decodeSafetensors(moved).tensors.a!.data.buffer).not.toBe(moved.buffer);
});

/** Decodes, and checks what holds of anything that is accepted; only CheckpointError may come out. */
const decodesOrRefuses = (bytes: Uint8Array): "accepted" | "refused" => {
  try {
    for (const { shape, data } of Object.values(decodeSafetensors(bytes).tensors))
      expect(shape.reduce((product, size) => product * size, 1)).toBe(data.length);
    return "accepted";
  } catch (error) {
    expect(error).toBeInstanceOf(CheckpointError);
    return "refused";
  }
};

describe("damaged files are refused with a CheckpointError or are whole files still", () => {
  test("bytes changed", () => {
    const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(content, changes, (original, edits) => {
        const bytes = encodeSafetensors(original);
        for (const [at, value] of edits) bytes[at % bytes.length] = value;
        decodesOrRefuses(bytes);
      }),
      { numRuns: 2000 },
    );
  });

  test("cut short or extended: always refused", () => {
    fc.assert(
      fc.property(content, fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 8 }), (original, cut, more) => {
        const bytes = encodeSafetensors(original);
        expect(decodesOrRefuses(bytes.subarray(0, cut % bytes.length))).toBe("refused");
        expect(decodesOrRefuses(Uint8Array.of(...bytes, ...more))).toBe("refused");
      }),
    );
  });

  test("any bytes, and any JSON as header", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => void decodesOrRefuses(bytes)));
    fc.assert(
      fc.property(fc.json(), (json) => void decodesOrRefuses(file(json))),
      { numRuns: 1000 },
    );
  });

  const entry = (dtype: string, shape: string, offsets: string): string =>
    `{"dtype":${dtype},"shape":${shape},"data_offsets":${offsets}}`;
  const u8 = (offsets: string, shape = "[1]"): string => entry('"U8"', shape, offsets);

  test.each([
    { what: "nothing", bytes: new Uint8Array() },
    { what: "seven bytes", bytes: new Uint8Array(7) },
    { what: "no header", bytes: new Uint8Array(8) },
    { what: "a header beyond the end", bytes: file("{}", [], 3) },
    { what: "a header beyond 100 MB", bytes: file("{}", [], 100_000_001) },
    { what: "a header length of 2^63", bytes: Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 128, 123, 125) },
    { what: "a name that is long and escaped", bytes: file(`{"${"\\n".repeat(3e6)}":1}`) },
    { what: "a deep header", bytes: file(`{"a":${"[".repeat(3e5)}${"]".repeat(3e5)}}`) },
    { what: "no JSON", bytes: file("{]") },
    { what: "no UTF-8", bytes: Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 0x22, 0xff) },
    { what: "an array for a header", bytes: file("[]") },
    { what: "null for a header", bytes: file("null") },
    { what: "null for a tensor", bytes: file('{"a":null}') },
    { what: "an unknown dtype", bytes: file(`{"a":${entry('"F16"', "[1]", "[0,2]")}}`, [0, 0]) },
    { what: "a missing shape", bytes: file('{"a":{"dtype":"U8","data_offsets":[0,0]}}') },
    { what: "a negative size", bytes: file(`{"a":${u8("[0,1]", "[-1,-1]")}}`, [0]) },
    { what: "half a size", bytes: file(`{"a":${u8("[0,1]", "[0.5,2]")}}`, [0]) },
    {
      what: "sizes whose product overflows",
      bytes: file(`{"a":${u8("[0,0]", `[${"9e15,".repeat(40)}0]`)}}`),
    },
    { what: "one offset", bytes: file(`{"a":${u8("[0]")}}`, [0]) },
    { what: "offsets in reverse", bytes: file(`{"a":${u8("[1,0]")}}`, [0]) },
    { what: "a shape larger than the bytes", bytes: file(`{"a":${u8("[0,1]", "[2]")}}`, [0]) },
    { what: "arrays beyond the end", bytes: file(`{"a":${u8("[0,1]")}}`) },
    { what: "a gap before", bytes: file(`{"a":${u8("[1,2]")}}`, [0, 0]) },
    { what: "a gap between", bytes: file(`{"a":${u8("[0,1]")},"b":${u8("[2,3]")}}`, [0, 0, 0]) },
    { what: "bytes left over", bytes: file(`{"a":${u8("[0,1]")}}`, [0, 0]) },
    { what: "overlap", bytes: file(`{"a":${u8("[0,2]", "[2]")},"b":${u8("[1,2]")}}`, [0, 0]) },
    { what: "two tensors of one name", bytes: file(`{"a":${u8("[0,1]")},"a":${u8("[0,1]")}}`, [0]) },
    { what: "one name spelt twice", bytes: file(`{"a":${u8("[0,1]")},"\\u0061":${u8("[0,1]")}}`, [0]) },
    {
      what: "a field given twice",
      bytes: file(`{"a":{"dtype":"F32",${u8("[0,1]").slice(1)}}`, [0]),
    },
    { what: "a number as text", bytes: file('{"__metadata__":{"step":1}}') },
    { what: "a list as text", bytes: file('{"__metadata__":[]}') },
    { what: "null as text", bytes: file('{"__metadata__":null}') },
  ])("$what", ({ bytes }) => {
    expect(() => decodeSafetensors(bytes, "x.safetensors")).toThrow(CheckpointError);
    expect(() => decodeSafetensors(bytes, "x.safetensors")).toThrow("reading x.safetensors: got ");
  });
});

test("an empty header, padded with spaces, is a whole file", () => {
  expect(decodeSafetensors(file("{}   "))).toEqual({ tensors: {}, metadata: {} });
});

test.each([
  { what: "a shape that does not fit", name: "a", shape: [2, 2] },
  { what: "the name of the text", name: "__metadata__", shape: [3] },
])("$what is not written", ({ name, shape }) => {
  const tensors = { [name]: { shape, data: new Float32Array(3) } };
  expect(() => encodeSafetensors({ tensors, metadata: {} })).toThrow(CheckpointError);
});

describe("arrays that are not aligned, which the format allows", () => {
  const tensors = {
    wide: { shape: [2], data: BigInt64Array.of(-7n, 2n ** 40n) },
    real: { shape: [3], data: Float32Array.of(1.5, -2.5, 0.1) },
    whole: { shape: [2], data: Int32Array.of(-1, 7) },
    bytes: { shape: [3], data: Uint8Array.of(1, 2, 3) },
  };
  const aligned = encodeSafetensors({ tensors, metadata: { note: "n" } });
  const length = Number(new DataView(aligned.buffer).getBigUint64(0, true));
  const header = new TextDecoder().decode(aligned.subarray(8, 8 + length)).trimEnd();
  const data = [...aligned.subarray(8 + length)];

  test.each([0, 1, 2, 3, 4, 5, 6, 7])("behind a header padded with %d blanks", (blanks) => {
    const unaligned = file(header + " ".repeat(blanks), data);
    // A Buffer, as node:fs gives it: its slice is a view.
    for (const bytes of [
      unaligned,
      Buffer.from(unaligned.buffer),
      Buffer.concat([Buffer.alloc(1), unaligned]).subarray(1),
    ])
      expect(decodeSafetensors(bytes)).toEqual({ tensors, metadata: { note: "n" } });
  });

  test("with a tensor of bytes before wider ones", () => {
    const text =
      '{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"F32","shape":[1],"data_offsets":[1,5]}}';
    const { tensors: found } = decodeSafetensors(Buffer.from(file(text, [9, 0, 0, 0x80, 0x3f])));
    expect([found.a!.data, found.b!.data]).toEqual([Uint8Array.of(9), Float32Array.of(1)]);
  });
});
