import { describe, expect, test } from "vitest";
import { ConfigError, ShapeError } from "../../src/errors.ts";
import { initialParameters } from "../../src/networks/initialize.ts";
import { layerText } from "../../src/networks/layers/kinds.ts";
import { checkModel } from "../../src/networks/model.ts";
import { type NetworkDescription, parseNetwork } from "../../src/networks/network.ts";
import { parametersOf, planOf } from "../../src/networks/plan.ts";

type Layers = NetworkDescription["layers"];

const network = (layers: Layers, rest: Partial<NetworkDescription> = {}) =>
  parseNetwork({ name: "net", encoding: "sign", input: [2, 8, 6], classes: 3, layers, ...rest });

describe("shapes from layer to layer", () => {
  test.each<[string, Layers, string[]]>([
    ["kernel", [{ type: "conv2d", channels: 4, kernel: 3 }], ["4x6x4"]],
    ["padding", [{ type: "conv2d", channels: 4, kernel: 3, padding: 1 }], ["4x8x6"]],
    ["stride", [{ type: "conv2d", channels: 4, kernel: 3, stride: 2 }], ["4x3x2"]],
    ["pool, dropping what fills no window", [{ type: "conv2d", channels: 4, kernel: 2, pool: 2 }], ["4x3x2"]],
    ["average pooling", [{ type: "averagePool", size: 3 }], ["2x2x2"]],
    ["kernel as large as the image", [{ type: "conv2d", channels: 4, kernel: 6, padding: 0 }], ["4x3x1"]],
    [
      "dense after images",
      [
        { type: "conv2d", channels: 1, kernel: 3 },
        { type: "dense", units: 5 },
      ],
      ["1x6x4", "5"],
    ],
  ])("%s", (_what, layers, shapes) => {
    const placed = planOf(network(layers));
    expect(placed.map(({ outputShape }) => outputShape.join("x"))).toEqual([...shapes, "3"]);
    // The output of a layer is the input of the next.
    for (const [k, { inputShape }] of placed.entries())
      expect(inputShape).toEqual(k === 0 ? [2, 8, 6] : placed[k - 1]!.outputShape);
  });

  test("inputs are binary after the sign encoding and after spikes, not after an average or a real input", () => {
    const layers: Layers = [
      { type: "conv2d", channels: 2, kernel: 1 },
      { type: "averagePool", size: 2 },
      { type: "dense", units: 4 },
    ];
    const spikes = (rest: Partial<NetworkDescription>): number[] =>
      planOf(network(layers, rest)).map(({ inputSpikes }) => inputSpikes);
    expect(spikes({})).toEqual([1, 1, 0, 1]);
    expect(spikes({ encoding: "real" })).toEqual([0, 1, 0, 1]);
    expect(spikes({ neuron: "relu" })).toEqual([1, 0, 0, 0]);
  });
});

describe("layers that do not fit are refused by their place, when the network is laid out", () => {
  test.each<[string, Layers, RegExp]>([
    [
      "a kernel larger than the image",
      [{ type: "conv2d", channels: 1, kernel: 7 }],
      /layers\.0 \(conv2d\).*7 x 7.*2 x 8 x 6/,
    ],
    [
      "a kernel larger than what pooling left",
      [
        { type: "conv2d", channels: 4, kernel: 1, pool: 3 },
        { type: "conv2d", channels: 1, kernel: 3 },
      ],
      /layers\.1 \(conv2d\).*3 x 3.*4 x 2 x 2/,
    ],
    [
      "a convolution after a dense layer",
      [
        { type: "dense", units: 9 },
        { type: "conv2d", channels: 1, kernel: 1 },
      ],
      /layers\.1 \(conv2d\).*dense layer.*\[channels, height, width\]/,
    ],
    [
      "average pooling after a dense layer",
      [
        { type: "dense", units: 9 },
        { type: "averagePool", size: 1 },
      ],
      /layers\.1 \(averagePool\)/,
    ],
    [
      "a pool larger than the map",
      [{ type: "conv2d", channels: 1, kernel: 4, pool: 4 }],
      /layers\.0 \(pooling\).*4 x 4.*1 x 5 x 3/,
    ],
    [
      "an average over more than the image",
      [{ type: "averagePool", size: 7 }],
      /layers\.0 \(pooling\).*7 x 7.*2 x 8 x 6/,
    ],
  ])("%s", (_what, layers, message) => {
    const lay = () => planOf(network(layers));
    expect(lay).toThrow(ShapeError);
    expect(lay).toThrow(message);
    expect(lay).toThrow(/network net/);
  });
});

describe("what stochastic neurons have no use for is refused", () => {
  test.each<[string, object]>([
    ["batch normalization", { normalization: "batch" }],
    ["weight normalization", { normalization: "weight" }],
    ["dropout", { dropout: 0.5 }],
    ["DropConnect", { dropConnect: 0.5 }],
  ])("%s", (what, option) => {
    const lay = (neuron: "nsm" | "relu") => () =>
      planOf(network([{ type: "dense", units: 4, ...option }], { neuron }));
    expect(lay("nsm")).toThrow(ConfigError);
    expect(lay("nsm")).toThrow(`layers.0: got ${what} of stochastic neurons`);
    expect(lay("relu")()).toHaveLength(2);
  });
});

describe("layers whose arrays would exceed 2 GiB are refused by their place", () => {
  const padded = { type: "conv2d", channels: 1, kernel: 1, padding: 10_000 } as const;
  test.each<[string, Layers, Partial<NetworkDescription>, RegExp]>([
    [
      "images",
      [{ type: "dense", units: 1 }],
      { encoding: "sign", input: [1_000_000, 1000, 1] },
      /input: got 1000000 x 1000/,
    ],
    ["units", [{ ...padded, channels: 2 }], {}, /layers\.0: got 2 x 20008 x 20006 units/],
    ["weights", [padded, { type: "dense", units: 2 }], {}, /layers\.1\.weight: got 2 x 400280048 parameters/],
    ["gains", [{ ...padded, channels: 2, gain: "location" }], {}, /layers\.0: got/],
    ["the readout", [padded], {}, /readout\.weight: got 3 x 400280048 parameters/],
  ])("%s", (_what, layers, rest, message) => {
    const lay = () => planOf(network(layers, rest));
    expect(lay).toThrow(ShapeError);
    expect(lay).toThrow(message);
  });

  test("as many as fit are not", () => {
    const most = [{ ...padded, pool: 10_000 }] as const;
    expect(planOf(network([...most])).map(({ outputShape }) => outputShape)).toEqual([[1, 2, 2], [3]]);
  });
});

describe("parameters", () => {
  const layers: Layers = [
    { type: "conv2d", channels: 4, kernel: 3, padding: 1, pool: 2, gain: "location" },
    { type: "averagePool", size: 2 },
    { type: "dense", units: 5 },
  ];
  const shapes = (rest: Partial<NetworkDescription>) =>
    Object.fromEntries(parametersOf(network(layers, rest)).map(({ name, shape }) => [name, shape.join("x")]));
  const conventional = {
    "layers.0.weight": "4x2x3x3",
    "layers.0.bias": "4",
    "layers.2.weight": "5x8",
    "layers.2.bias": "5",
    "readout.weight": "3x5",
    "readout.bias": "3",
  };

  test("of stochastic layers have a gain, one a unit, channel, or location before pooling", () => {
    expect(shapes({})).toEqual({ ...conventional, "layers.0.gain": "4x8x6", "layers.2.gain": "5" });
  });

  test("of the conventional network are the same without gains", () => {
    expect(shapes({ neuron: "relu" })).toEqual(conventional);
  });

  test("start as w ~ U(-1, 1) / sqrt(fan in), beta = 1, b = 0, by the seed", () => {
    const specs = parametersOf(network(layers));
    const parameters = initialParameters(specs, 1);
    for (const { name, kind, fanIn } of specs) {
      const values = parameters[name]!;
      if (kind === "gain") expect(new Set(values)).toEqual(new Set([1]));
      if (kind === "bias") expect(new Set(values)).toEqual(new Set([0]));
      if (kind !== "weight") continue;
      expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(1 / Math.sqrt(fanIn!));
      expect(new Set(values).size).toBe(values.length);
    }
    expect(initialParameters(specs, 1)).toEqual(parameters);
    expect(initialParameters(specs, 2)["readout.weight"]).not.toEqual(parameters["readout.weight"]);
  });

  test("a model without one of them, or with one of another size, is refused by name", () => {
    const net = network(layers);
    const parameters = initialParameters(parametersOf(net), 1);
    expect(checkModel({ network: net, parameters }).parameters).toBe(parameters);
    const { "layers.2.gain": _, ...incomplete } = parameters;
    expect(() => checkModel({ network: net, parameters: incomplete })).toThrow(ConfigError);
    expect(() => checkModel({ network: net, parameters: incomplete })).toThrow(
      /layers\.2\.gain: got nothing/,
    );
    const short = { ...parameters, "readout.bias": new Float32Array(2) };
    expect(() => checkModel({ network: net, parameters: short })).toThrow(
      /readout\.bias: got 2 numbers.*shape \[3\]/,
    );
  });
});

test.each([
  [{ size: 4, spacing: 1 }, "population 4 neurons, spacing 1, offset 1.5"],
  [{ size: 8, spacing: 0.1 }, "population 8 neurons, spacing 0.1, offset 0.35"],
  [
    { size: 2, spacing: 1, offset: 0, learned: true },
    "population 2 neurons, spacing 1, offset 0, learned thresholds",
  ],
] as const)("the text of a layer says what a population %j is", (population, expected) => {
  const text = layerText({ type: "dense", units: 5, population });
  expect(text).toBe(`dense, units 5, ${expected}`);
});
