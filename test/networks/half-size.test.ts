import { describe, expect, test } from "vitest";
import { ConfigError } from "../../src/errors.ts";
import { cifar10Allconv, mnistCnn, mnistMlp } from "../../src/networks/catalogue.ts";
import { halfSizeNetwork } from "../../src/networks/half-size.ts";
import { parseNetwork } from "../../src/networks/network.ts";
import { parametersOf, planOf } from "../../src/networks/plan.ts";

describe("halfSizeNetwork", () => {
  test("has the parameters of the whole, and takes the mean over a quarter of the locations", () => {
    const network = cifar10Allconv();
    const half = halfSizeNetwork(network);
    expect(half.input).toEqual([3, 16, 16]);
    expect(parametersOf(half)).toEqual(parametersOf(network));
    expect(planOf(half).at(-1)!.inputShape).toEqual([192, 1, 1]);
  });

  test("keeps populations and the shapes of their thresholds", () => {
    const network = parseNetwork({
      name: "populations",
      encoding: "sign",
      input: [1, 8, 8],
      classes: 2,
      layers: [
        {
          ...{ type: "conv2d", channels: 3, kernel: 3, padding: 1, pool: 2 },
          population: { size: 4, spacing: 1, learned: true },
        },
        { type: "conv2d", channels: 2, kernel: 3, padding: 1, potential: true },
        { type: "neurons", population: { size: 2, learned: true } },
        { type: "averagePool", size: 4 },
      ],
    });
    const half = halfSizeNetwork(network);
    expect(parametersOf(half)).toEqual(parametersOf(network));
    expect(planOf(half)[2]!.inputShape).toEqual([2, 2, 2]);
    expect(planOf(half).map(({ spikes }) => spikes)).toEqual(planOf(network).map(({ spikes }) => spikes));
  });

  test.each([
    ["dense layers, whose weights would be others", mnistCnn()],
    ["dense layers alone", mnistMlp()],
    ["an odd number of pixels", { ...cifar10Allconv(), input: [3, 33, 33] as [number, number, number] }],
    [
      "a mean over an odd number of places",
      parseNetwork({
        name: "odd",
        encoding: "sign",
        input: [1, 6, 6],
        classes: 2,
        layers: [
          { type: "conv2d", channels: 2, kernel: 3, padding: 1 },
          { type: "averagePool", size: 3 },
        ],
      }),
    ],
    [
      "a gain for each location",
      parseNetwork({
        name: "located",
        encoding: "sign",
        input: [1, 8, 8],
        classes: 2,
        layers: [
          { type: "conv2d", channels: 2, kernel: 3, padding: 1, gain: "location" },
          { type: "averagePool", size: 8 },
        ],
      }),
    ],
  ])("refuses %s", (_what, network) => {
    expect(() => halfSizeNetwork(network)).toThrow(ConfigError);
    expect(() => halfSizeNetwork(network)).toThrow(/same parameters/);
  });
});
