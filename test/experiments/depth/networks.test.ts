/** Networks and methods of `reproduce depth`. */
import { describe, expect, test } from "vitest";
import { methodsFor } from "../../../src/experiments/depth/methods.ts";
import { networkOf } from "../../../src/experiments/depth/networks.ts";
import { scaleOf } from "../../../src/experiments/depth/scale.ts";
import { BUDGETS } from "../../../src/experiments/study/budgets.ts";
import type { Method } from "../../../src/experiments/study/methods.ts";
import { runName } from "../../../src/experiments/study/result-key.ts";
import { cifar10Allconv } from "../../../src/networks/catalogue.ts";
import { isCentred, populationOf } from "../../../src/networks/layers/neuron-options.ts";
import { hasNoise, parametersOf, planOf } from "../../../src/networks/plan.ts";
import { staggered } from "../../../src/nn/population.ts";
import { parseTraining } from "../../../src/training/configuration.ts";

const images = { shape: [3, 16, 16], classes: 10 } as const;
const standard = methodsFor(scaleOf(BUDGETS.standard), images, { flip: true });
const variants = standard.variants.map(({ method }) => method);
const all = [...new Set([...standard.pairs.flat(), ...variants])];

const named = (name: string): Method => all.find((method) => method.name === name)!;

const outputsOf = ({ network }: Method) => planOf(network).map(({ outputShape }) => outputShape);

/** The network with that option left out of every layer. */
const withoutOption = ({ network }: Method, option: string) => ({
  ...network,
  layers: network.layers.map((layer) =>
    Object.fromEntries(Object.entries(layer).filter(([name]) => name !== option)),
  ),
});

/** Names of the runs that the experiment asked for before it had more variants, at the rates of the defaults. */
const EARLIER = {
  "deep NSM, Adam": "depth-deep-a4c3659cb37c9948",
  "deep dCNN, Adam": "depth-deep-conventional-c86289efc35de510",
  "deep NSM, Muon": "depth-deep-626a344aaf8290ed",
  "deep dCNN, Muon": "depth-deep-conventional-387504e8755dde26",
  "shallow NSM, Adam": "depth-shallow-43eba16cb1b46b0e",
  "shallow dCNN, Adam": "depth-shallow-conventional-6afd953d043eafb0",
  "shallow populations, Muon": "depth-population-c1b824d0f92f7c91",
  "shallow dCNN, Muon": "depth-shallow-conventional-a8ec88dbd4839faa",
  "recipe, deep": "depth-population-902ea5afadbf309d",
  "recipe, Adam": "depth-population-6adb16b87490790a",
  "recipe, single neurons": "depth-population-56d1d5848e49b313",
  "recipe, populations of 2": "depth-population-005d4df642e726cb",
  "recipe, populations of 8": "depth-population-a4beed0aa282e4ce",
  "recipe, symmetric thresholds": "depth-population-1275646a5114b6db",
  "recipe, average pooling": "depth-population-310a163980056c0a",
  "recipe, label smoothing": "depth-population-c228c44ae9e93cbb",
  "recipe, averaged weights": "depth-population-2d03f83d73125ef3",
};

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

  test("change one ingredient of what they are compared with, the network or the training", () => {
    expect(standard.variants.map(({ base }) => base.name)).toEqual([
      ...["shallow populations, Muon", "recipe, deep"],
      ...Array.from({ length: 4 }, () => "shallow populations, Muon"),
      "recipe, deep",
      ...Array.from({ length: 6 }, () => "shallow populations, Muon"),
    ]);
    for (const { method, base } of standard.variants) {
      const isSame = [
        JSON.stringify(method.network) === JSON.stringify(base.network),
        JSON.stringify(method.training) === JSON.stringify(base.training),
      ];
      expect(isSame.filter((same) => !same)).toHaveLength(1);
    }
  });

  test("have the same learning rates to search, or the rate of what they are compared with", () => {
    const searched = variants.filter(({ firstRates }) => firstRates !== undefined).map(({ name }) => name);
    expect(searched).toEqual(["recipe, deep", "deep populations with shortcuts, Muon", "recipe, Adam"]);
    for (const { base } of standard.variants) expect(base.firstRates).toBeDefined();
  });

  test("have every potential of the deep network centred, and nothing else", () => {
    const [own, base] = [named("recipe, deep, centred"), named("recipe, deep")];
    const centred = planOf(own.network).filter(isCentred);
    expect(centred).toHaveLength(9);
    expect(centred.map(({ name }) => name)).toEqual(
      planOf(own.network)
        .filter(({ neuron, noisySynapses }) => neuron === "nsm" && noisySynapses)
        .map(({ name }) => name),
    );
    expect(withoutOption(own, "centred")).toEqual(base.network);
  });

  test("pool the mean or the maximum of the means of whole populations", () => {
    const [mean, maximum] = ["average pooling", "maximum of means"].map((name) => named(`recipe, ${name}`));
    const typesOf = ({ network }: Method) => network.layers.map(({ type }) => type);
    expect(typesOf(maximum!)).toEqual([
      ...["conv2d", "neurons", "conv2d", "maxPool", "conv2d", "maxPool", "conv2d"],
    ]);
    expect(typesOf(mean!)).toEqual(typesOf(maximum!).map((type) => type.replace("maxPool", "averagePool")));
    expect(outputsOf(maximum!).at(-1)).toEqual(outputsOf(standard.recipe).at(-1));
    expect(parametersOf(maximum!.network).map(({ shape }) => shape)).toEqual(
      parametersOf(standard.recipe.network).map(({ shape }) => shape),
    );
  });

  test("start at random but for the paper's rule and the variant with the balanced start", () => {
    expect(
      all
        .filter(({ training }) => training.initialization !== undefined)
        .map(({ name, training }) => [...[name, training.initialization]]),
    ).toEqual([
      ["deep NSM, Adam", "balanced"],
      ["shallow NSM, Adam", "balanced"],
      ["recipe, balanced start", "balanced"],
    ]);
  });

  test("carry potentials past every convolution of as many channels as the one before, pooled with the spikes", () => {
    const [own, base] = [named("deep populations with shortcuts, Muon"), named("recipe, deep")];
    const plan = planOf(own.network);
    const sums = plan.filter(({ layer }) => layer.type === "add");
    expect(sums.map(({ inputs }) => inputs)).toEqual([
      ["convolution1", "potentials0"],
      ["convolution2", "potentials1"],
      ["convolution4", "potentials3"],
      ["convolution5", "potentials4"],
      ["convolution6", "pooled5"],
      ["convolution7", "potentials6"],
      ["convolution8", "potentials7"],
    ]);
    expect(plan.find(({ name }) => name === "pooled5")!.inputs).toEqual(["potentials5"]);
    // The spikes of the stem and of the nine layers have the populations and the sizes of the network without shortcuts.
    const spikesOf = ({ network }: Method) =>
      planOf(network).flatMap((each) =>
        each.neuron === "nsm" ? [[populationOf(each), each.outputShape]] : [],
      );
    expect(spikesOf(own)).toEqual(spikesOf(base));
    expect(spikesOf(own)).toHaveLength(10);
    expect(parametersOf(own.network).map(({ kind, shape }) => [kind, shape])).toEqual(
      parametersOf(base.network).map(({ kind, shape }) => [kind, shape]),
    );
  });

  test("keep the identities of runs and results of earlier versions", () => {
    const names = Object.fromEntries(
      all.map(({ name, network, training }) => [
        ...[name, runName({ network, training: parseTraining(training), data: "images" })],
      ]),
    );
    expect(names).toMatchObject(EARLIER);
  });

  test("have one-sided thresholds but for the symmetric ones, which are as far apart", () => {
    const thresholdsOf = (name: string): number[] => {
      const found = planOf(named(name).network).flatMap((plan) => populationOf(plan) ?? []);
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
