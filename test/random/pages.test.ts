import fc from "fast-check";
import { expect, test } from "vitest";
import { fillBernoulli, fillUniform } from "../../src/random/fill.ts";
import { fold, key } from "../../src/random/key.ts";

const PAGE = 65_536;
const it = key(3, "pages");
const whole = new Float32Array(3 * PAGE + 500);
fillUniform(it, whole);

test("page k of a sequence is the start of that of fold(key, k)", () => {
  for (const page of [1, 2, 3]) {
    const own = new Float32Array(500);
    fillUniform(fold(it, page), own);
    expect(whole.subarray(page * PAGE, page * PAGE + 500)).toEqual(own);
  }
  const bernoulli = new Float32Array(PAGE + 10);
  fillBernoulli(it, 0.3, bernoulli);
  const second = new Float32Array(10);
  fillBernoulli(fold(it, 1), 0.3, second);
  expect(bernoulli.subarray(PAGE)).toEqual(second);
});

test("any part of a sequence can be made by itself", () =>
  fc.assert(
    fc.property(fc.nat(whole.length), fc.nat(2 * PAGE), (first, length) => {
      const part = new Float32Array(Math.min(length, whole.length - first));
      fillUniform(it, part, first);
      expect(part).toEqual(whole.subarray(first, first + part.length));
    }),
    { seed: 1, numRuns: 30 },
  ));
