import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Refuse } from "../../../src/files/compression/damage.ts";
import { xxh64 } from "../../../src/files/compression/xxh64.ts";
import { decodeZstdFrame } from "../../../src/files/compression/zstd.ts";
import { xxHash64 } from "./xxhash.ts";

class Refused extends Error {}
const refuse: Refuse = (offset, given, expected) => {
  throw new Refused(`byte ${offset}: ${given}; expected ${expected}`);
};
const decode = (frame: Uint8Array, limit = 1 << 24): Promise<Uint8Array> =>
  decodeZstdFrame(frame, limit, refuse);

/** Frames of the zstd program, version 1.5, at levels 19, 3 and 9; the last from a pipe, with a checksum. */
const published = {
  numbers:
    "KLUv/WC4Co0HAPYVNw+Q7YGvAF4a9imMu7s7KwEyADIAMQCcJhAXLTDhCDQVujfqv0cg+8SWDW8j73CazTi4Uz90O22Uqm3ka4A1jZXSfNPIF+z6AudaGCvmgVoGkR06DJ7S6FsSZsRmugEd9PPzMfEF0/lX9T9opIP2xFBL3uETFbrbPaAC7akhlryB50DnXfX/JCwv2PHzN3AMq6wRmUm2R10OmqFjCTJLgTfqlzhX5OHhpdjkFJ0jrbdSWDMLxlKqTJ/W4TWbB3KnXmhHzdIzFGff1fwhlQrQBQtNOAkmWYHbvUMK80MFAEWaWxfghqtu4TiBSiR6MKU=",
  words: "KLUv/aD2DQQAFAEAuGV2ZW50cyBvZiByZXRpbmEgYSBhb2YgAgDe/0LlwW9hAkwAAAh0AQD8/zkQAkUAAAhmAQDy9YEQ",
  piped: "KLUv/QRgFAEAuGV2ZW50cyBvZiByZXRpbmEgYSBhb2YgAgDe/0LlwW9hAkwAAAh0AQD8/zkQAkUAAAhmAQDy9YEQt4Rhlw==",
};
const numbers = Uint8Array.from({ length: 3000 }, (_, i) => (Math.floor((i * i * 7919) / 32) % 23) + 65);
const words = ["events ", "of ", "a ", "silicon ", "retina "];
const text = Buffer.from(Array.from({ length: 60_000 }, (_, i) => words[((i * i) % 7) % 5]).join(""));

/** A frame of stored and repeated blocks, with its content size of 4 bytes unless it is to have none. */
const frame = (
  blocks: readonly { type: number; size: number; data: Uint8Array }[],
  contentSize?: number,
): Buffer => {
  const parts = blocks.map(({ type, size, data }, k) => {
    const header = Buffer.alloc(3);
    header.writeUIntLE((k === blocks.length - 1 ? 1 : 0) | (type << 1) | (size << 3), 0, 3);
    return Buffer.concat([header, data]);
  });
  const size = Buffer.alloc(contentSize === undefined ? 0 : 4);
  if (contentSize !== undefined) size.writeUInt32LE(contentSize);
  const flags = contentSize === undefined ? Buffer.of(0x00, 0x48) : Buffer.of(0xa0);
  return Buffer.concat([Buffer.of(0x28, 0xb5, 0x2f, 0xfd), flags, size, ...parts]);
};
const stored = (data: string) => ({ type: 0, size: data.length, data: Buffer.from(data) });
const repeated = (byte: string, size: number) => ({ type: 1, size, data: Buffer.from(byte) });

describe("decodeZstdFrame", () => {
  it("reads what the zstd program compressed", async () => {
    const of = (frame: string): Promise<Uint8Array> => decode(Buffer.from(frame, "base64"));
    expect(Buffer.compare(await of(published.numbers), numbers)).toBe(0);
    expect(Buffer.compare(await of(published.words), text)).toBe(0);
    expect(Buffer.compare(await of(published.piped), text)).toBe(0);
  });

  it("reads stored and repeated blocks, with and without a content size", async () => {
    const blocks = [stored("events"), repeated("!", 5), stored("")];
    expect(Buffer.from(await decode(frame(blocks, 11))).toString()).toBe("events!!!!!");
    expect(Buffer.from(await decode(frame(blocks))).toString()).toBe("events!!!!!");
  });

  it("compares the checksum of the contents, where the frame has one", async () => {
    const summed = Buffer.from(published.piped, "base64");
    const plain = Buffer.from(await decode(summed));
    const sumAt = summed.length - 4;
    expect(summed.readUInt32LE(sumAt)).toBe(xxHash64(plain));
    for (const at of [sumAt, sumAt + 3]) {
      const other = Buffer.from(summed);
      other[at]! ^= 1;
      await expect(decode(other)).rejects.toThrow(Refused);
      await expect(decode(other)).rejects.toThrow(new RegExp(`byte ${sumAt}: contents with checksum`));
    }
    // A stored block of which a bit has turned: nothing but the checksum tells.
    const sum = Buffer.alloc(4);
    sum.writeUInt32LE(xxHash64(Buffer.from("events")));
    const whole = Buffer.concat([frame([stored("events")], 6), sum]);
    whole[4]! |= 4;
    expect(Buffer.from(await decode(whole)).toString()).toBe("events");
    whole[sum.length + 9 + 2]! ^= 1;
    await expect(decode(whole)).rejects.toThrow(/contents with checksum/);
  });

  const good = frame([stored("events")], 6);
  const altered = (at: number, value: number): Uint8Array => {
    const bytes = Uint8Array.from(good);
    bytes[at] = value;
    return bytes;
  };
  it.each([
    ["nothing", new Uint8Array(0), /byte 0: the end of the data/],
    ["another magic number", altered(0, 5), /byte 0: other first bytes/],
    ["a dictionary", altered(4, 0xa1), /byte 4: .*dictionary/],
    ["a truncated block", good.subarray(0, -1), /byte 17: the end of the data/],
    ["a byte too many", Buffer.concat([good, Buffer.of(0)]), /1 bytes more/],
    ["a block of no type", frame([{ ...stored("a"), type: 3 }]), /a block of type 3/],
    ["a content size too small", frame([stored("events")], 5), /damaged|a content of/],
    ["a content size too large", frame([stored("events")], 7), /a content of 7 bytes; expected at most 6/],
    [
      "a compressed block of nonsense",
      frame([{ ...stored("nonsense"), type: 2 }], 8),
      /a damaged Zstandard frame/,
    ],
  ])("refuses %s, saying where", async (_, bytes, message) => {
    await expect(decode(bytes)).rejects.toThrow(Refused);
    await expect(decode(bytes)).rejects.toThrow(message);
  });

  it("refuses more than the limit before it is allocated", async () => {
    const bomb = frame(Array.from({ length: 3000 }, () => repeated("0", 1 << 17)));
    await expect(decode(bomb)).rejects.toThrow(/a frame of up to 393216000 bytes; expected at most 16777216/);
    await expect(decode(frame([stored("a")], undefined).fill(0xff, 5, 6))).rejects.toThrow(
      /a frame of up to/,
    );
  });
});

describe("xxh64", () => {
  it("is the low half of the published checksums", () => {
    const of = (text: string): string => xxh64(Buffer.from(text)).toString(16);
    expect(["", "a", "abc"].map(of)).toEqual(["51d8e999", "a98c6e5b", "ad770999"]);
  });

  it("is what exact arithmetic makes of any bytes", () => {
    const check = (bytes: Uint8Array): void => {
      expect(xxh64(bytes)).toBe(xxHash64(bytes));
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), check), { numRuns: 500 });
    check(numbers.subarray(1));
    check(new Uint8Array(100).fill(255));
  });
});
