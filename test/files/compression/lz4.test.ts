import fc from "fast-check";
import { compressFrameSync } from "lz4-napi";
import { describe, expect, it } from "vitest";
import type { Refuse } from "../../../src/files/compression/damage.ts";
import { decodeLz4Frame } from "../../../src/files/compression/lz4-frame.ts";
import { xxh32 } from "../../../src/files/compression/xxh32.ts";
import { expand, lz4Block, lz4Frame, type Sequence } from "./lz4-file.ts";
import { xxHash32 } from "./xxhash.ts";

class Refused extends Error {}
const refuse: Refuse = (offset, given, expected) => {
  throw new Refused(`byte ${offset}: ${given}; expected ${expected}`);
};
const decode = (frame: Uint8Array, limit = 1 << 24): Uint8Array => decodeLz4Frame(frame, limit, refuse);
const text = (bytes: string): Uint8Array => new TextEncoder().encode(bytes);

describe("xxh32", () => {
  it("gives the published values", () => {
    // The specification's test of an empty input, and well-known ones of the reference implementation.
    expect(xxh32(new Uint8Array(0))).toBe(0x02cc5d05);
    expect(xxh32(text("a"))).toBe(0x550d7456);
    expect(xxh32(text("abc"))).toBe(0x32d153ff);
  });

  it("agrees with exact arithmetic", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => xxh32(bytes) === xxHash32(bytes)));
  });
});

/** Sequences whose matches lie within what comes before them. */
const sequences = fc
  .array(
    fc.record({
      literals: fc.oneof(
        fc.uint8Array({ minLength: 1, maxLength: 40 }),
        fc.uint8Array({ minLength: 250, maxLength: 600 }),
      ),
      back: fc.double({ min: 0, max: 1, noNaN: true }),
      length: fc.oneof(fc.integer({ min: 4, max: 40 }), fc.integer({ min: 250, max: 1000 })),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((drawn) => {
    let size = 0;
    return drawn.map(({ literals, back, length }, k): Sequence => {
      size += literals.length;
      const match = { back: 1 + Math.floor(back * (size - 1)), length };
      if (k === drawn.length - 1) return { literals };
      size += length;
      return { literals, match };
    });
  });

describe("decodeLz4Frame", () => {
  it("does what each sequence says, matches that run into themselves included", () => {
    fc.assert(
      fc.property(sequences, (drawn) => {
        expect(Buffer.compare(decode(lz4Frame([{ bytes: lz4Block(drawn) }])), expand(drawn))).toBe(0);
      }),
    );
  });

  it("reads what another program compressed, in many blocks, with checksums", () => {
    const words = ["events ", "of ", "a ", "silicon ", "retina "];
    const contents = text(Array.from({ length: 60_000 }, (_, i) => words[((i * i) % 7) % 5]).join(""));
    for (const checks of [false, true]) {
      const frame = compressFrameSync(Buffer.from(contents), {
        contentChecksum: checks,
        blockChecksums: checks,
      });
      expect(frame.length).toBeLessThan(contents.length / 2);
      expect(Buffer.compare(decode(frame), contents)).toBe(0);
    }
  });

  it("reads stored blocks, and matches into the block before unless blocks are independent", () => {
    const first = { bytes: text("abcdefgh"), stored: true };
    const second = {
      bytes: lz4Block([{ literals: text("-"), match: { back: 9, length: 8 } }, { literals: text("!") }]),
    };
    const contents = text("abcdefgh-abcdefgh!");
    const size = { contentSize: contents.length };
    expect(decode(lz4Frame([first, second], { ...size, checksumOf: contents }))).toEqual(contents);
    expect(() => decode(lz4Frame([first, second], { ...size, independent: true }))).toThrow(
      /match of 8 bytes, 9 back/,
    );
    expect(decode(lz4Frame([]))).toEqual(new Uint8Array(0));
  });

  const contents = text("abababababababababababab, and then something else");
  const good = lz4Frame([{ bytes: contents, stored: true }], { checksumOf: contents, blockChecksums: true });
  const altered = (at: number, value: number): Uint8Array => {
    const bytes = new Uint8Array(good);
    bytes[at] = value;
    return bytes;
  };
  const blockOf = (...bytes: number[]): Uint8Array => lz4Frame([{ bytes: Uint8Array.from(bytes) }]);
  it.each([
    ["nothing", new Uint8Array(0), /byte 0: the end/],
    ["another magic number", altered(0, 5), /byte 0: other first bytes/],
    ["another version", altered(4, 0x94), /byte 4: .*version/],
    ["a dictionary", altered(4, 0x55), /byte 4: .*dictionary/],
    ["a wrong header checksum", altered(6, 1), /byte 6: a header with checksum 1/],
    ["a wrong byte", altered(12, 1), /contents with checksum/],
    ["a truncated frame", good.subarray(0, -1), /the end of the data; expected a whole LZ4 frame/],
    ["a byte too many", Buffer.concat([good, Buffer.of(0)]), /1 bytes more/],
    [
      "a content size too small",
      lz4Frame([{ bytes: contents, stored: true }], { contentSize: 9 }),
      /byte 19: a block of 49/,
    ],
    [
      "a content size too large",
      lz4Frame([{ bytes: contents, stored: true }], { contentSize: 2 ** 40 }),
      /byte 6: a content of 1099511627776 bytes; expected at most 49/,
    ],
    ["a match of nothing", blockOf(0x10, 65, 0, 0, 0), /0 back/],
    ["a match before the start", blockOf(0x10, 65, 2, 0, 0), /2 back/],
    ["a length without an end", blockOf(0xf0, 255, 255), /the end of the block in a length/],
    ["literals that are not there", blockOf(0x50, 65), /5 literals/],
    ["a truncated match", blockOf(0x10, 65, 1), /the end of the block in a sequence/],
    ["no literals at the end", blockOf(0x10, 65, 1, 0), /literals at its end/],
    [
      "a block that is too long",
      lz4Frame([
        {
          bytes: lz4Block([
            { literals: text("a"), match: { back: 1, length: 65536 } },
            { literals: text("b") },
          ]),
        },
      ]),
      /match of 65536 bytes/,
    ],
  ])("refuses %s, saying where", (_, frame, message) => {
    expect(() => decode(frame)).toThrow(Refused);
    expect(() => decode(frame)).toThrow(message);
  });

  it("refuses more than the limit before it is allocated", () => {
    const block = { bytes: new Uint8Array(60_000) };
    expect(() => decode(lz4Frame(Array.from({ length: 300 }, () => block)), 1 << 20)).toThrow(
      /at most 1048576/,
    );
  });

  it("refuses or decodes whatever is damaged", () => {
    const frame = compressFrameSync(Buffer.from(contents));
    const mutation = fc.record({ at: fc.nat(frame.length - 1), value: fc.nat(255), cut: fc.nat(3) });
    fc.assert(
      fc.property(mutation, ({ at, value, cut }) => {
        const bytes = Uint8Array.from(frame.subarray(0, frame.length - (cut === 3 ? 9 : 0)));
        bytes[at] = value;
        try {
          expect(decode(bytes).length).toBeLessThanOrEqual(1 << 16);
        } catch (error) {
          expect(error).toBeInstanceOf(Refused);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
