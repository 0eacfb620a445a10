import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { coin, sequence, uniform } from "../../../src/events/transforms/random-numbers.ts";
import { fillUniform } from "../../../src/random/fill.ts";
import { key } from "../../../src/random/key.ts";
import { binomialP, ksP } from "../../support/statistics.ts";

describe("sequence", () => {
  const numbers = sequence(key(1, "test"), fillUniform)(20_000);

  it("gives the same numbers, however they are asked for", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5000), { maxLength: 8 }), (counts) => {
        const next = sequence(key(1, "test"), fillUniform);
        const taken = counts.flatMap((count) => [...next(count)]).slice(0, numbers.length);
        expect(taken).toEqual([...numbers.subarray(0, taken.length)]);
      }),
      { numRuns: 30 },
    );
  });

  it("never begins again", () => {
    expect(new Set(numbers.subarray(0, 4096)).size).toBeGreaterThan(4090);
    // Of 20,000 draws from 2^24 numbers about 12 pairs are equal.
    expect(new Set(numbers).size).toBeGreaterThan(19_950);
  });
});

describe("uniform and coin", () => {
  const keys = Array.from({ length: 2000 }, (_, k) => key(1, "test", k));

  it("are uniform on (0, 1), and true with probability p", () => {
    expect(ksP(Float64Array.from(keys, uniform), (x) => x)).toBeGreaterThan(1e-4);
    expect(binomialP(keys.filter((it) => coin(it, 0.2)).length, 2000, 0.2)).toBeGreaterThan(1e-4);
    expect(keys.some((it) => coin(it, 0))).toBe(false);
    expect(keys.every((it) => coin(it, 1))).toBe(true);
  });
});
