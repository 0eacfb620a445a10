/** Networks and methods of `reproduce depth`. */
import { describe, expect, test } from "vitest";
import { methodsFor } from "../../../src/experiments/depth/methods.ts";
import { networkOf } from "../../../src/experiments/depth/networks.ts";
import { scaleOf } from "../../../src/experiments/depth/scale.ts";
import { BUDGETS } from "../../../src/experiments/study/budgets.ts";
import { cifar10Allconv } from "../../../src/networks/catalogue.ts";
import { populationOf } from "../../../src/networks/layers/neuron-options.ts";
import { hasNoise, parametersOf, planOf } from "../../../src/networks/plan.ts";
import { staggered } from "../../../src/nn/population.ts";

const images = { shape: [3, 16, 16], classes: 10 } as const;
const standard = methodsFor(scaleOf(BUDGETS.standard), images, { flip: true });

describe("one family of networks", () => {
  test("has the paper's all-convolutional network, at its width and depth", () => {
    const network = networkOf({ name: "deep", channels: 96, depth: 3, mean: true }, images);
    const shapes = (of: typeof network) => parametersOf(of).map(({ kind, shape }) => [kind, ...shape]);
    expect(shapes(network)).toEqual(shapes(cifar10Allconv()));
    expect(planOf(network).map(({ neuron }) => neuron)).toEqual(
      planOf(cifar10Allconv()).map(({ neuron }) => neuron),
    );
  });

  test("and a shallow one of three stochastic layers on a stem", () => {
    const plan = planOf(networkOf({ name: "shallow", channels: 48, depth: 1, mean: false }, images));
    expect(plan.map(({ neuron }) => neuron)).toEqual(["sign", "nsm", "nsm", "nsm", undefined]);
    expect(plan.map(({ outputShape }) => outputShape)).toEqual([
      ...[[48, 16, 16], [48, 8, 8], [96, 4, 4], [96, 4, 4], [10]],
    ]);
  });
});

describe("the methods", () => {
  const all = [...standard.pairs.flat(), ...standard.variants];

  test("have names of their own, and no two train the same", () => {
    const settings = all.map(({ network, training }) => JSON.stringify({ network, training }));
    for (const each of [all.map(({ name }) => name), settings]) expect(new Set(each).size).toBe(all.length);
  });

  test("pair a stochastic network with a conventional one of its widths and optimiser", () => {
    for (const [own, twin] of standard.pairs) {
      expect([hasNoise(own.network), hasNoise(twin.network)]).toEqual([true, false]);
      expect(own.training.optimizer).toEqual(twin.training.optimizer);
      const weights = ({ network }: typeof own) =>
        parametersOf(network)
          .filter(({ kind }) => kind === "weight")
          .map(({ shape }) => shape);
      expect(weights(own)).toEqual(weights(twin));
    }
    expect(standard.pairs.at(-1)![0]).toBe(standard.recipe);
  });

  test("change one ingredient of the recipe", () => {
    const { network, training } = standard.recipe;
    for (const variant of standard.variants) {
      const isSame = [
        JSON.stringify(variant.network) === JSON.stringify(network),
        JSON.stringify(variant.training) === JSON.stringify(training),
      ];
      expect(isSame.filter((same) => !same)).toHaveLength(1);
    }
  });

  test("have one-sided thresholds but for the symmetric ones, which are as far apart", () => {
    const thresholdsOf = (name: string): number[] => {
      const { network } = all.find((method) => method.name === name)!;
      const found = planOf(network).flatMap((plan) => populationOf(plan) ?? []);
      expect(found).toHaveLength(4);
      return staggered(found[0]!);
    };
    expect(standard.sizes.map(({ size, method }) => [size, thresholdsOf(method.name)])).toEqual([
      [1, [0]],
      [2, [0, -1]],
      [4, [0, -1, -2, -3]],
      [8, [0, -0.75, -1.5, -2.25, -3, -3.75, -4.5, -5.25]],
    ]);
    expect(thresholdsOf("recipe, symmetric thresholds")).toEqual([1.5, 0.5, -0.5, -1.5]);
  });
});
