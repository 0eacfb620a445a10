import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { unpickle } from "../../../src/datasets/images/pickle.ts";
import { pickledArray } from "../../../src/datasets/images/pickled-array.ts";
import { DataError } from "../../../src/errors.ts";
import { pickledBatch, pickledNames, python2, python3 } from "./pickle.ts";

const read = (pickle: string) => unpickle(Buffer.from(pickle, "latin1"), "x");
const pixels = Uint8Array.from({ length: 2 * 3072 }, (_, k) => (k * 7) % 256);

describe("unpickle", () => {
  // The pickles are what Python 3.11's pickle.dumps(value, protocol) gives; protocol 0 and 2 also as Python 2 wrote them.
  it.each([
    ["None", "N.", null],
    ["True, protocol 0", "I01\n.", true],
    ["False, protocol 2", "\x80\x02\x89.", false],
    ["258", "\x80\x02M\x02\x01.", 258],
    ["-2", "\x80\x02J\xfe\xff\xff\xff.", -2],
    ["-1 << 39", "\x80\x02\x8a\x05\x00\x00\x00\x00\x80.", -(2 ** 39)],
    ["0", "\x80\x02\x8a\x00.", 0],
    ["12, protocol 0 of Python 2's long", "L12L\n.", 12],
    ["1.5", "\x80\x02G?\xf8\x00\x00\x00\x00\x00\x00.", 1.5],
    [
      "text",
      "\x80\x04\x95\x08\x00\x00\x00\x00\x00\x00\x00\x8c\x04caf\xc3\xa9\x94.".replace("\x04caf", "\x05caf"),
      "café",
    ],
    ["text, protocol 0", "Vcaf\xe9 \\u20ac\np0\n.", "café €"],
    ["a tuple", "\x80\x02K\x01K\x02\x86q\x00.", [1, 2]],
    ["an empty tuple", "\x80\x02).", []],
    ["a list", "\x80\x02]q\x00(K\x01K\x02e.", [1, 2]],
    ["a list, protocol 0", "(lp0\nI1\naI2\na.", [1, 2]],
    [
      "a dictionary",
      "\x80\x02}q\x00(K\x01K\x02K\x03K\x04u.",
      new Map([
        [1, 2],
        [3, 4],
      ]),
    ],
    ["a dictionary, protocol 0", "(dp0\nI1\nI2\ns.", new Map([[1, 2]])],
    ["a value twice", "\x80\x02]q\x00(]q\x01h\x01e.", [[], []]],
    [
      "bytes of Python 3 in protocol 2",
      "\x80\x02c_codecs\nencode\nq\x00X\x02\x00\x00\x00\xc3\xa9q\x01X\x06\x00\x00\x00latin1q\x02\x86q\x03Rq\x04.",
      Buffer.of(0xe9),
    ],
  ])("reads %s", (_, pickle, value) => {
    const found = read(pickle);
    expect(value instanceof Uint8Array ? Buffer.from(found as Uint8Array) : found).toEqual(value);
  });

  it("calls nothing, and says what would have been called", () => {
    const value = read("cos\nsystem\n(S'echo hello'\ntR.");
    expect(value).toMatchObject({ kind: "call", callee: { kind: "global", name: "os.system" }, state: null });
    const polluted = read("(dS'__proto__'\n(dS'polluted'\nI1\nss.");
    expect((polluted as Map<string, unknown>).get("__proto__")).toEqual(new Map([["polluted", 1]]));
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  it.each([
    ["nothing", "", /byte 0: got the end of the file/],
    ["no end", "\x80\x02N", /byte 3: got the end of the file/],
    ["an empty stack", ".", /byte 0: got an empty stack/],
    ["a stack that is empty up to a mark", "N(.", /byte 2: got an empty stack/],
    ["no mark", "Nt.", /byte 1: got no mark/],
    ["an unknown opcode", "\x80\x02\xff.", /byte 2: got opcode ff/],
    ["a class made", "\x80\x02cos\nsystem\n)\x81.", /byte 14: got opcode 81/],
    ["a later protocol", "\x80\x06.", /protocol 6/],
    ["bytes beyond the end", "B\xff\xff\xff\x7fabc.", /byte 0: got the end of the file/],
    ["a negative number of bytes", "B\xff\xff\xff\xffabc.", /byte 0: got the end of the file/],
    ["a huge number of bytes", "\x8e\xff\xff\xff\xff\xff\xff\xff\xff.", /byte 0: got the end of the file/],
    ["a value that is not in the memo", "h\x01.", /not in the memo/],
    ["a line without an end", "I12", /line without an end/],
    ["no number", "I1e3\n.", /the number "1e3"/],
    [
      "a number that is not exact",
      "\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f.",
      /the number "9223372036854775807"/,
    ],
    ["a longer number", "\x8a\xff.", /the end of the file/],
    ["items for a number", "I1\nI2\na.", /items for what is no list/],
    ["a key without a value", "}(K\x01u.", /a key without a value/],
    ["a list as a key", "}(]K\x01u.", /a key that is neither/],
    ["state for a list", "]Nb.", /state for what has none/],
    ["more opcodes than data have", `(${"}".repeat(20_000)}t.`, /more than 10078 opcodes/],
  ])("refuses %s, saying where", (_, pickle, message) => {
    expect(() => read(pickle)).toThrow(DataError);
    expect(() => read(pickle)).toThrow(message);
  });

  it("refuses or reads any mutated or truncated pickle", () => {
    const small = pixels.subarray(0, 3072);
    const files = [
      pickledBatch(python2, { pixels: small, labels: { labels: [3] } }),
      pickledBatch(python3, { pixels: small, labels: { fine_labels: [3], coarse_labels: [1] } }),
      pickledNames("label_names", ["cat", "dog"]),
    ];
    const mutation = fc.record({
      file: fc.constantFrom(...files),
      // Most of a pickle's structure is in its first and last bytes.
      flips: fc.array(fc.tuple(fc.integer({ min: -100, max: 250 }), fc.nat(255)), { maxLength: 4 }),
      length: fc.oneof(fc.constant(10_000), fc.nat(4000)),
    });
    fc.assert(
      fc.property(mutation, ({ file, flips, length }) => {
        const bytes = Uint8Array.from(file.subarray(0, length));
        for (const [at, value] of flips) bytes[at < 0 ? bytes.length + at : at] = value;
        try {
          unpickle(bytes, "x");
        } catch (error) {
          expect(error).toBeInstanceOf(DataError);
        }
      }),
      { numRuns: 3000 },
    );
  });
});

describe("pickledArray", () => {
  const data = (pickle: Buffer) => pickledArray((unpickle(pickle, "x") as Map<string, never>).get("data"));
  const batch = { pixels, labels: { labels: [1, 2] } };

  it("takes arrays of unsigned bytes, row by row, without a copy", () => {
    for (const dialect of [python2, python3]) {
      const pickle = pickledBatch(dialect, batch);
      const array = data(pickle)!;
      expect(array.shape).toEqual([2, 3072]);
      expect(Buffer.compare(array.data, pixels)).toBe(0);
      expect(array.data.buffer).toBe(pickle.buffer);
    }
  });

  it("takes no others", () => {
    expect(data(pickledBatch(python2, batch, { type: "i1" }))).toBeUndefined();
    expect(data(pickledBatch(python2, batch, { isColumnMajor: true }))).toBeUndefined();
    const short = pickledBatch(python2, { ...batch, pixels: pixels.subarray(1) });
    expect(data(short)).toBeUndefined();
    expect(pickledArray(undefined)).toBeUndefined();
    expect(pickledArray([1, 2])).toBeUndefined();
  });
});
