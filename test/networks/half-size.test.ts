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

  test.each([
    ["dense layers, whose weights would be others", mnistCnn()],
    ["dense layers alone", mnistMlp()],
    ["an odd number of pixels", { ...cifar10Allconv(), input: [3, 33, 33] as [number, number, number] }],
    [
      "a mean over an odd number of places",
      parseNetwork({
        name: "odd",
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
