import { describe, expect, it } from "vitest";
import type { Refuse } from "../../../src/files/compression/damage.ts";
import { decodeLzf } from "../../../src/files/compression/lzf.ts";

class Refused extends Error {}
const refuse: Refuse = (offset, given, expected) => {
  throw new Refused(`byte ${offset}: ${given}; expected ${expected}`);
};
const decode = (block: readonly number[], size: number): string =>
  Buffer.from(decodeLzf(Uint8Array.from(block), size, refuse)).toString();
const literals = (text: string): number[] => [text.length - 1, ...Buffer.from(text)];
/** A match of `length` bytes that begins `back` bytes before. */
const match = (length: number, back: number): number[] => {
  const [far, more] = [back - 1, length - 2 - 7];
  return more < 0 ? [((length - 2) << 5) | (far >> 8), far & 255] : [(7 << 5) | (far >> 8), more, far & 255];
};

describe("decodeLzf", () => {
  it("reads literals and matches, near and far, short and long", () => {
    expect(decode([], 0)).toBe("");
    expect(decode([...literals("events"), ...match(3, 6)], 9)).toBe("eventseve");
    expect(decode([...literals("ab"), ...match(8, 2)], 10)).toBe("ababababab");
    expect(decode([...literals("a"), ...match(9, 1), ...match(264, 1)], 274)).toBe("a".repeat(274));
    const far = Array.from({ length: 256 }, (_, k) => literals(`${k}`.padStart(32, "-"))).flat();
    expect(decode([...far, ...match(5, 8192)], 8197).slice(-5)).toBe("-----");
    expect(decode([...far, ...match(5, 8160 - 29)], 8197).slice(-5)).toBe("--1--");
  });

  it.each([
    ["truncated literals", [5, 1, 2], 6, /byte 0: the end of the block in a sequence/],
    ["a truncated match", [...literals("ab"), 0x20], 5, /byte 3: the end of the block/],
    ["a truncated length", [...literals("ab"), 0xe0, 3], 99, /byte 3: the end of the block/],
    [
      "a match before the start",
      [...literals("ab"), ...match(3, 3)],
      5,
      /byte 3: a match of 3 bytes, 3 back/,
    ],
    ["a match past the end", [...literals("ab"), ...match(3, 2)], 4, /byte 3: a match/],
    ["literals past the end", literals("abc"), 2, /byte 0: more than 2 bytes/],
    ["too few bytes", literals("abc"), 4, /byte 4: 3 bytes; expected 4/],
    ["what no block of the length can hold", [0, 1], 1e9, /one that can hold 1000000000/],
  ])("refuses %s, saying where", (_, block, size, message) => {
    expect(() => decode(block, size)).toThrow(Refused);
    expect(() => decode(block, size)).toThrow(message);
  });
});
