import { describe, expect, test } from "vitest";
import {
  cifar10Allconv,
  cifar100Allconv,
  conventional,
  dvsGestureAllconv,
  emnistCnn,
  mnistCnn,
  networkByName,
  networkNames,
  nmnistCnn,
} from "../../src/networks/catalogue.ts";
import type { Network } from "../../src/networks/network.ts";
import { hasNoise, isTrained, parametersOf, planOf } from "../../src/networks/plan.ts";
import {
  cifar10Population,
  cifar10Residual,
  cifar100Population,
} from "../../src/networks/population-networks.ts";

const shapes = (network: Network): string[] =>
  planOf(network).map(({ outputShape }) => outputShape.join("x"));

describe("the paper's networks", () => {
  test.each<[string, Network, string[]]>([
    ["emnist-cnn is 32c5-p2-64c5-p2-150-26", emnistCnn(), ["32x12x12", "64x4x4", "150", "26"]],
    ["nmnist-cnn is 32c5-p2-64c5-p2-150-10 on ten frames", nmnistCnn(), ["32x15x15", "64x5x5", "150", "10"]],
    [
      "cifar10-allconv is 96c3, 3x[96c3]-p2, 3x[192c3]-p2, 192c3-192c1-192c1, mean over 8 x 8",
      cifar10Allconv(),
      [
        ...["96x32x32", "96x32x32", "96x32x32", "96x16x16", "192x16x16", "192x16x16", "192x8x8"],
        ...["192x8x8", "192x8x8", "192x8x8", "192x1x1", "10"],
      ],
    ],
    [
      "dvs-gesture-allconv is 3x[64c3]-p2, 3x[96c3]-p2, 3x[128c3]-p2, 256c3-256c1-256c1, mean over 8 x 8",
      dvsGestureAllconv(),
      [
        ...["64x64x64", "64x64x64", "64x32x32", "96x32x32", "96x32x32", "96x16x16", "128x16x16"],
        ...["128x16x16", "128x8x8", "256x8x8", "256x8x8", "256x8x8", "256x1x1", "11"],
      ],
    ],
  ])("%s", (_name, network, expected) => {
    expect(shapes(network)).toEqual(expected);
  });

  test("cifar100-allconv differs from cifar10-allconv by its classes", () => {
    expect({ ...cifar100Allconv(), name: "", classes: 0 }).toEqual({
      ...cifar10Allconv(),
      name: "",
      classes: 0,
    });
    expect(cifar100Allconv().classes).toBe(100);
  });

  test("of CIFAR take the sign of the first layer, which is real and batch-normalised; all others are stochastic", () => {
    const neurons = planOf(cifar10Allconv()).map(({ neuron }) => neuron);
    expect(neurons).toEqual(["sign", ...new Array(9).fill("nsm"), undefined, undefined]);
    expect(
      planOf(cifar10Allconv())
        .slice(1, 10)
        .every(({ inputSpikes }) => inputSpikes === 1),
    ).toBe(true);
  });
});

describe("networks of populations", () => {
  test("are pairs of convolutions, and end in the maximum over locations", () => {
    const widths = ["64x16x16", "64x16x16", "256x8x8", "256x8x8", "256x4x4", "256x4x4"];
    expect(shapes(cifar10Population())).toEqual([...widths, "256x1x1", "10"]);
    expect(shapes(cifar100Population())).toEqual([...widths, "256x1x1", "100"]);
  });

  test("take real pixels in the first layer; all others take means of eight spikes", () => {
    for (const network of [cifar10Population(), cifar10Residual()]) {
      const weighted = planOf(network).filter(({ layer }) => layer.type === "conv2d");
      expect(weighted.map(({ inputSpikes }) => inputSpikes)).toEqual([0, ...new Array(4).fill(8)]);
    }
  });

  test("with shortcuts have the weights of those without, and sums that spikes are drawn from", () => {
    const weightsOf = (network: Network) =>
      parametersOf(network)
        .filter(({ kind, name }) => kind === "weight" && !name.startsWith("readout"))
        .map(({ shape }) => shape);
    expect(weightsOf(cifar10Residual())).toEqual(weightsOf(cifar10Population()));
    const sums = planOf(cifar10Residual()).filter(({ layer }) => layer.type === "add");
    expect(sums.map(({ outputShape }) => outputShape.join("x"))).toEqual(["256x8x8", "256x4x4"]);
  });
});

describe("the conventional network", () => {
  test.each(networkNames())("of %s has its widths, rectifiers and batch normalization throughout", (name) => {
    const network = networkByName(name);
    const twin = conventional(network);
    expect(shapes(twin)).toEqual(shapes(network));
    expect(hasNoise(twin)).toBe(false);
    const weights = (of: Network) =>
      parametersOf(of)
        .filter(({ kind }) => kind === "weight")
        .map(({ name, shape }) => [name, shape]);
    expect(weights(twin)).toEqual(weights(network));
    const neurons = planOf(twin).filter(({ neuron }) => neuron !== undefined);
    const statistics = parametersOf(twin).filter((spec) => !isTrained(spec));
    expect(neurons.every(({ neuron }) => neuron === "relu")).toBe(true);
    expect(statistics).toHaveLength(2 * neurons.length);
  });

  test("sees real pixels, and is named after the network", () => {
    expect(conventional(mnistCnn())).toMatchObject({ name: "mnist-cnn-conventional", encoding: "real" });
    expect(conventional(cifar10Allconv()).encoding).toBe("standard");
  });
});

test("stochastic neurons are not batch-normalised", () => {
  const layers = [{ type: "dense" as const, units: 3, normalization: "batch" as const }];
  expect(() => planOf({ ...mnistCnn(), layers })).toThrow(/layers\.0: got batch normalization.*Remove/);
});
