/** Norms of weights stay large enough to divide by, whatever the weights are. */
import { describe, expect, test } from "vitest";
import { bernoulli } from "../../src/nn/noise/bernoulli.ts";
import { densePotential } from "../../src/nn/potential.ts";
import { MIN_NORM, weightNorm } from "../../src/nn/weight-norm.ts";
import { sum } from "../../src/tensor/broadcast.ts";
import { multiply } from "../../src/tensor/elementwise.ts";
import { gradient } from "../../src/tensor/gradient.ts";
import { input } from "../../src/tensor/tensor.ts";
import { evaluate } from "../tensor/evaluate.ts";

const weight = input("weight", [3, 2]);

test("are those of the rows, of any shape, and at least the least", async () => {
  const feeds = { weight: Float32Array.of(3, 4, 0, 0, 3e-30, 4e-30) };
  expect(await evaluate(weightNorm(weight), feeds)).toEqual([5, MIN_NORM, MIN_NORM]);
  const filters = input("filters", [1, 1, 2, 2]);
  expect(await evaluate(weightNorm(filters), { filters: Float32Array.of(1, 1, 1, 1) })).toEqual([2]);
});

test("have the gradient w / ||w||, and none at 0", async () => {
  const total = sum(multiply(weightNorm(weight), input("c", [3])));
  const feeds = { weight: Float32Array.of(3, 4, 0, 0, -0.5, 0), c: Float32Array.of(10, 7, 2) };
  expect(await evaluate(gradient(total, [weight])[0]!, feeds)).toEqual([6, 8, 0, 0, -2, 0]);
});

describe("a unit whose weights decayed", () => {
  test.each([0, 1e-19, 1e-13])("to %d has a finite v, and finite gradients", async (size) => {
    const synapses = { weight, gain: input("gain", [3]), bias: input("bias", [3]) };
    const v = densePotential(synapses, bernoulli(0.5), true)(input("z", [1, 2]));
    const feeds = {
      weight: Float32Array.of(1, -1, size, size, 0.5, 1),
      gain: Float32Array.of(1, 1, 1),
      bias: Float32Array.of(0.1, 0, 0.2),
      z: Float32Array.of(1, 1),
    };
    for (const tensor of [v, ...gradient(sum(v), Object.values(synapses))])
      for (const value of await evaluate(tensor, feeds)) expect(Number.isFinite(value)).toBe(true);
  });
});
