/** Derivatives of a sampled spike under each gradient estimator. */
import { describe, expect, test } from "vitest";
import {
  armTerm,
  binaryConcrete,
  logProbability,
  straightThrough,
  straightThroughSpike,
} from "../../src/nn/estimators.ts";
import { signOf } from "../../src/nn/neuron.ts";
import { sum } from "../../src/tensor/broadcast.ts";
import { multiply } from "../../src/tensor/elementwise.ts";
import { gradient } from "../../src/tensor/gradient.ts";
import { constant, input, type Tensor } from "../../src/tensor/tensor.ts";
import { erfc } from "../support/special-functions.ts";
import { evaluate } from "../tensor/evaluate.ts";

const v = Float32Array.of(-2, -1, -0.5, 0, 0.25, 1, 1.5);
const u = Float32Array.of(0.1, -0.99, -0.2, 0.3, -0.4, 0.9, -0.999);
const cotangent = Float32Array.of(1, -2, 3, 0.5, -1, 2, 7);
const x = input("x", [v.length]);
const uniform = constant(u, [u.length]);

const values = (z: Tensor): Promise<number[]> => evaluate(z, { x: v });
/** Gradient d sum(cotangent z) / dx. */
const slopes = (z: Tensor): Promise<number[]> =>
  evaluate(gradient(sum(multiply(z, constant(cotangent, [v.length]))), [x])[0]!, { x: v });
const close = (got: readonly number[], expected: readonly number[]): void => {
  for (const [k, value] of expected.entries())
    expect(Math.abs(got[k]! - value), `element ${k}`).toBeLessThan(1e-5 * Math.max(1, Math.abs(value)));
};

describe("straight through", () => {
  const fires = Array.from(v, (x, k) => (1 - erfc(x) > u[k]! ? 1 : -1));
  const inside = Array.from(cotangent, (g, k) => (Math.abs(v[k]!) <= 1 ? g : 0));

  test("a spike is drawn by its probability, and the cotangent goes on as it came", async () => {
    const z = straightThroughSpike(x, uniform, "identity");
    expect(await values(z)).toEqual(fires);
    expect(await slopes(z)).toEqual([...cotangent]);
  });

  test("with the slope of the hard tanh only where |v| <= 1", async () => {
    const z = straightThroughSpike(x, uniform, "hardTanh");
    expect(await values(z)).toEqual(fires);
    expect(await slopes(z)).toEqual(inside);
  });

  test("a sign without noise, sgn(0) = +1", async () => {
    const z = straightThrough(signOf(x), x, "hardTanh");
    expect(await values(z)).toEqual([-1, -1, -1, 1, 1, 1, 1]);
    expect(await slopes(z)).toEqual(inside);
  });
});

test("the binary concrete number is tanh of half the odds over the temperature, and is differentiated as it is", async () => {
  const m = Float32Array.of(-0.9, -0.3, 0, 0.2, 0.7, 0.95, -0.5);
  const odds = (p: number): number => Math.log((1 + p) / (1 - p));
  const expected = Array.from(m, (p, k) => Math.tanh((odds(p) - odds(u[k]!)) / (4 / 3)));
  const z = binaryConcrete(x, uniform);
  close(await evaluate(z, { x: m }), expected);
  // The sign is the spike.
  expect(expected.map(Math.sign)).toEqual(Array.from(m, (p, k) => (p > u[k]! ? 1 : -1)));
  const slope = expected.map((z, k) => (cotangent[k]! * (1 - z * z) * 2) / (1 - m[k]! ** 2) / (4 / 3));
  close(await evaluate(gradient(sum(multiply(z, constant(cotangent, [7]))), [x])[0]!, { x: m }), slope);
});

test("the score of a spike is z / (1 + z m)", async () => {
  const m = Float32Array.of(-0.9, -0.3, 0, 0.2, 0.7, 0.95, -0.5);
  const z = Float32Array.of(1, -1, 1, -1, 1, -1, -1);
  const log = logProbability(x, constant(z, [7]));
  close(
    await evaluate(log, { x: m }),
    Array.from(m, (p, k) => Math.log((1 + p * z[k]!) / 2)),
  );
  close(
    await evaluate(gradient(sum(log), [x])[0]!, { x: m }),
    Array.from(m, (p, k) => z[k]! / (1 + z[k]! * p)),
  );
});

test("ARM weighs a difference by u / 2 and goes through the logarithm of the odds", async () => {
  const m = Float32Array.of(-0.9, -0.3, 0, 0.2, 0.7, 0.95, -0.5);
  const term = sum(armTerm(x, uniform, constant(cotangent, [7])));
  close(
    await evaluate(gradient(term, [x])[0]!, { x: m }),
    Array.from(m, (p, k) => ((u[k]! / 2) * cotangent[k]! * 2) / (1 - p * p)),
  );
});
