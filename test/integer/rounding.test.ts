/** Rounding of weights and of potentials. */
import { describe, expect, it } from "vitest";
import { scaled, scalingFor } from "../../src/integer/scaling.ts";
import { bothSilent, randomBits, SILENCE } from "../../src/integer/silence.ts";
import { integerSoftmax, OCTAVE, PROBABILITY_BITS } from "../../src/integer/softmax.ts";
import { nearestIntegers } from "../../src/integer/weights.ts";
import { normalCdf } from "../../src/statistics/normal.ts";
import { uniform } from "../nn/draw.ts";

const cosine = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let [ab, aa, bb] = [0, 0, 0];
  for (let k = 0; k < a.length; k++) {
    ab += a[k]! * b[k]!;
    aa += a[k]! ** 2;
    bb += b[k]! ** 2;
  }
  return ab / Math.sqrt(aa * bb);
};

describe("nearestIntegers", () => {
  it("finds integers that the weights are a multiple of", () => {
    const integers = Int8Array.from([3, -7, 0, 5, 1]);
    const found = nearestIntegers(
      Float32Array.from(integers, (q) => q * 0.25),
      7,
    );
    expect([...found.integers]).toEqual([...integers]);
    expect(found.scale).toBeCloseTo(0.25, 12);
  });

  it.each([127, 7, 1])("comes within the rounding of %i of the direction of random weights", (largest) => {
    const weights = uniform("weights", 400, -1, 1);
    const { integers } = nearestIntegers(weights, largest);
    expect(Math.max(...integers.map(Math.abs))).toBe(largest);
    // The largest weight alone as scale is one of those tried.
    const plain = weights.map((w) => Math.round(w * largest));
    expect(cosine(integers, weights)).toBeGreaterThanOrEqual(cosine(plain, weights));
    // Uniform weights rounded to steps of 1 / largest have an error of variance 1 / (12 largest^2), of 1/3 in all.
    expect(cosine(integers, weights)).toBeGreaterThan(1 / Math.sqrt(1 + 1 / (4 * largest ** 2)) - 0.02);
  });

  it("keeps weights of 0", () => {
    expect(nearestIntegers(new Float32Array(3), 127)).toEqual({ integers: new Int8Array(3), scale: 1 });
  });
});

describe("scalingFor", () => {
  it("multiplies as float32 with rounding does, without halves, where the result is a byte", () => {
    for (const slope of [0.004, 0.01, 0.0317, 0.13, 1, 3.7, 40, 300]) {
      const { factor, shift } = scalingFor(slope, 1e5)!;
      expect(factor % 2).toBe(1);
      for (let x = -100_000; x <= 100_000; x += 37) {
        const exact = (x * factor) / 2 ** shift;
        if (Math.abs(exact) > 128.4) continue;
        expect(Math.abs(exact - Math.trunc(exact))).not.toBe(0.5);
        const single = Math.round(Math.fround(Math.fround(x) * Math.fround(factor / 2 ** shift)));
        expect(single === scaled(x, factor, shift)).toBe(true);
      }
    }
  });

  it("comes within 1/514 of the slope, and has none where 32 bits do not suffice", () => {
    for (const slope of [0.0041, 0.3, 12, 4000])
      expect(Math.abs(scalingFor(slope, 1e5)!.slope / slope - 1)).toBeLessThan(1 / 514);
    expect(scalingFor(1, 1e7)).toBeUndefined();
  });
});

describe("silence", () => {
  it("is (1 - erf(v)) / 2 to half a unit of 2^-15", () => {
    for (const [k, silence] of SILENCE.entries()) {
      const exact = 2 ** 15 * normalCdf((-Math.SQRT2 * (k - 128)) / 40);
      expect(Math.abs(silence - Math.min(exact, 2 ** 15 - 1))).toBeLessThanOrEqual(0.5);
    }
    expect(SILENCE[0]).toBe(2 ** 15 - 1);
    expect(SILENCE[255]).toBe(0);
  });

  it("of a window is that of the other part where one is certain", () => {
    for (const silence of SILENCE) {
      expect(bothSilent(silence, 2 ** 15 - 1)).toBe(silence);
      expect(bothSilent(2 ** 15 - 1, silence)).toBe(silence);
      expect(bothSilent(silence, 0)).toBe(0);
    }
  });

  it("has as many random numbers below it as its probability says", () => {
    // All 2^24 numbers of the generator are odd multiples of 2^-24: 512 in a row share their 15 bits.
    expect([randomBits(1 - 2 ** -24), randomBits(-1 + 2 ** -24)]).toEqual([0, 2 ** 15 - 1]);
    expect([randomBits(1 - 1023 * 2 ** -24), randomBits(1 - 1025 * 2 ** -24)]).toEqual([0, 1]);
  });
});

describe("integerSoftmax", () => {
  it("is the softmax to .03 %", () => {
    const octaves = [0, -0.25, -3, -9.5];
    const probabilities = integerSoftmax(octaves.map((x) => 5000 + x * OCTAVE));
    const powers = octaves.map((x) => 2 ** x);
    const sum = powers.reduce((a, b) => a + b);
    for (const [k, p] of probabilities.entries())
      expect(Math.abs(p / 2 ** PROBABILITY_BITS / (powers[k]! / sum) - 1)).toBeLessThan(3e-4);
  });

  it("leaves nothing of a class that is 24 octaves behind", () => {
    expect(integerSoftmax([0, -25 * OCTAVE])).toEqual([2 ** PROBABILITY_BITS, 0]);
  });
});
