import fc from "fast-check";
import { expect, test } from "vitest";
import { ConfigError } from "../../src/errors.ts";
import { fold, key, notAllZero } from "../../src/random/key.ts";

const counter = fc.maxSafeNat();

test("a key is folded counter by counter", () => {
  fc.assert(
    fc.property(counter, fc.string(), fc.array(counter), fc.array(counter), (seed, stream, a, b) => {
      expect(fold(key(seed, stream, ...a), ...b)).toEqual(key(seed, stream, ...a, ...b));
    }),
  );
});

test("different names have different keys", () => {
  const name = fc.tuple(counter, fc.string({ unit: "grapheme" }), fc.array(fc.nat(3), { maxLength: 3 }));
  const text = (n: [number, string, number[]]): string => JSON.stringify(n);
  fc.assert(
    fc.property(name, name, (a, b) => {
      fc.pre(text(a) !== text(b));
      expect(key(a[0], a[1], ...a[2])).not.toEqual(key(b[0], b[1], ...b[2]));
    }),
  );
});

test("names that could be confused are not", () => {
  const names = [
    key(0, ""),
    key(0, "", 0),
    key(0, "", 0, 0),
    key(0, "\0"),
    key(0, "\0\0"),
    key(0, "\0".repeat(12)),
    key(0, "\0".repeat(13)),
    key(0, "a", 1),
    key(0, "a1"),
    key(1, "a"),
    key(2 ** 32, "a"),
    key(0, "a", 2 ** 32),
    key(0, "twelve bytes"),
    key(0, "twelve bytes", 0),
    key(0, "twelve bytes\0"),
  ];
  expect(new Set(names.map(String)).size).toBe(names.length);
});

test.each([-1, 0.5, Number.NaN, 2 ** 53, Number.POSITIVE_INFINITY])(
  "%d is neither a seed nor a counter",
  (value) => {
    expect(() => key(value, "noise")).toThrow(ConfigError);
    expect(() => key(1, "noise", value)).toThrow(ConfigError);
  },
);

test("a generator never starts from the state that it could not leave", () => {
  expect(notAllZero([0, 0, 0, 0])).toEqual([1, 0, 0, 0]);
  expect(notAllZero([0, 0, 0, 5])).toEqual([0, 0, 0, 5]);
});
