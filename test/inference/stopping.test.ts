import { describe, expect, test } from "vitest";
import { ConfigError, DataError, NumericError } from "../../src/errors.ts";
import { stoppingRule } from "../../src/inference/stopping.ts";
import { fillNormal, fillUniform } from "../../src/random/fill.ts";
import { fold, type Key, key } from "../../src/random/key.ts";
import { binomialUpperP } from "../support/statistics.ts";

/** One pass over `images` images that all have the same law. */
type Law = (key: Key, images: number) => Float32Array;

/** Passes that are wholly sure of a class, which is drawn with these probabilities. */
const votes =
  (...rates: number[]): Law =>
  (it, images) => {
    const u = new Float32Array(images);
    fillUniform(it, u);
    const out = new Float32Array(images * rates.length);
    for (let i = 0; i < images; i++) {
      let rest = (u[i]! + 1) / 2;
      const drawn = rates.findIndex((rate) => (rest -= rate) < 0);
      out[i * rates.length + (drawn < 0 ? rates.length - 1 : drawn)] = 1;
    }
    return out;
  };

/** Softmax of logits with these means and independent normal noise. */
const softmax =
  (deviation: number, ...means: number[]): Law =>
  (it, images) => {
    const out = new Float32Array(images * means.length);
    fillNormal(it, out);
    for (let i = 0; i < images; i++) {
      const row = out.subarray(i * means.length, (i + 1) * means.length);
      row.forEach((z, c) => {
        row[c] = Math.exp(means[c]! + deviation * z);
      });
      const sum = row.reduce((a, b) => a + b, 0);
      row.forEach((w, c) => {
        row[c] = w / sum;
      });
    }
    return out;
  };

interface Outcome {
  readonly decided: number;
  /** Decided for another class than `best`. */
  readonly wrong: number;
  /** Passes until decided, over the decided images. */
  readonly meanPasses: number;
}

const simulate = (law: Law, best: number, confidence: number, images: number, passes: number): Outcome => {
  const base = key(11, "stopping", images, passes);
  const classes = law(base, 1).length;
  const rule = stoppingRule(images, classes, confidence);
  const sums = new Float64Array(images * classes);
  const before = new Uint8Array(images);
  let [wrong, total, decided] = [0, 0, 0];
  for (let pass = 1; pass <= passes; pass++) {
    const probabilities = law(fold(base, pass), images);
    rule.add(probabilities);
    for (let i = 0; i < sums.length; i++) sums[i]! += probabilities[i]!;
    for (let i = 0; i < images; i++) {
      if (rule.decided[i] === before[i]) continue;
      before[i] = 1;
      decided++;
      total += pass;
      const row = [...sums.subarray(i * classes, (i + 1) * classes)];
      if (row.indexOf(Math.max(...row)) !== best) wrong++;
    }
  }
  return { decided, wrong, meanPasses: total / decided };
};

describe("wrong decisions are at most 1 - confidence, whenever one looks (exact binomial, p > 1e-4)", () => {
  // Laws in which the best class leads by next to nothing, so that a wrong one often leads for long.
  test.each([
    { law: "votes .499, .501", pass: votes(0.499, 0.501), best: 1 },
    { law: "votes .333, .333, .334", pass: votes(0.333, 0.333, 0.334), best: 2 },
    { law: "votes .45, .45, .1 but one in a thousand", pass: votes(0.4495, 0.4505, 0.1), best: 1 },
    { law: "a rare class against a common one", pass: votes(0.0495, 0.0505, 0.9), best: 2 },
    { law: "narrow softmax, close", pass: softmax(0.5, 1, 1.01, -1), best: 1 },
    { law: "wide softmax, close", pass: softmax(4, 0, 0.02, -2), best: 1 },
  ])("$law", ({ pass, best }) => {
    for (const confidence of [0.8, 0.95]) {
      const { wrong } = simulate(pass, best, confidence, 2000, 400);
      expect(binomialUpperP(wrong, 2000, 1 - confidence)).toBeGreaterThan(1e-4);
    }
  });
});

describe("power", () => {
  test.each([
    { confidence: 0.95, passes: 7 },
    { confidence: 0.99, passes: 10 },
  ])("undisputed images are decided at $confidence in $passes passes", ({ confidence, passes }) => {
    const outcome = simulate(votes(0, 1, 0), 1, confidence, 3, 20);
    expect(outcome).toEqual({ decided: 3, wrong: 0, meanPasses: passes });
  });

  test("a clear but noisy leader among ten is decided, rightly, after a few dozen passes at most", () => {
    const outcome = simulate(softmax(1, 4, 2, 0, 0, 0, 0, 0, 0, 0, 0), 0, 0.95, 500, 100);
    expect(outcome.decided).toBe(500);
    expect(outcome.wrong).toBe(0);
    expect(outcome.meanPasses).toBeLessThan(20);
  });

  test("a tie is hardly ever decided", () => {
    const { decided } = simulate(votes(0.5, 0.5), 0, 0.95, 1000, 200);
    // Either class counts as a wrong decision of the other: twice 1 - confidence at most.
    expect(binomialUpperP(decided, 1000, 0.1)).toBeGreaterThan(1e-4);
  });
});

test("images are counted down, stay decided, and may be left out of later passes", () => {
  const rule = stoppingRule(2, 2, 0.8);
  const sure = [1, 0];
  let left = 2;
  for (let pass = 0; pass < 5; pass++) left = rule.add(Float32Array.of(...sure, pass % 2, 1 - (pass % 2)));
  expect(left).toBe(1);
  expect([...rule.decided]).toEqual([1, 0]);
  for (let pass = 0; pass < 40 && left > 0; pass++) left = rule.add(Float32Array.of(0, 1), [1]);
  expect(left).toBe(0);
  for (let pass = 0; pass < 40; pass++) expect(rule.add(Float32Array.of(0, 1), [0])).toBe(0);
  expect([...rule.decided]).toEqual([1, 1]);
});

test.each([0, 1, -1, 95, Number.NaN])("confidence %d is refused", (confidence) => {
  expect(() => stoppingRule(1, 2, confidence)).toThrow(ConfigError);
});

test("refused passes", () => {
  const rule = stoppingRule(2, 2, 0.95);
  expect(() => rule.add(Float32Array.of(1, 0))).toThrow(DataError);
  expect(() => rule.add(Float32Array.of(1, 0), [2])).toThrow(DataError);
  expect(() => rule.add(Float32Array.of(1, 0, Number.NaN, 0))).toThrow(NumericError);
});
