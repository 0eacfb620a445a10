/** Networks in integers: what their neurons do, and what is refused. */
import { describe, expect, it } from "vitest";
import { ConfigError } from "../../src/errors.ts";
import { operationsOf } from "../../src/integer/operations.ts";
import { integersOf, quantize } from "../../src/integer/quantize.ts";
import { integerPass, integerPassBySynapses } from "../../src/integer/reference.ts";
import { mnistCnn } from "../../src/networks/catalogue.ts";
import { initialParameters } from "../../src/networks/initialize.ts";
import type { SpikeLayer } from "../../src/networks/integers/integers.ts";
import type { Model } from "../../src/networks/model.ts";
import { parametersOf } from "../../src/networks/plan.ts";
import { bernoulli } from "../../src/nn/noise/bernoulli.ts";
import { createEngine } from "../../src/runtime/node.ts";
import { predicted } from "../inference/models.ts";
import { uniform } from "../nn/draw.ts";
import { normalCdf, normalP } from "../support/statistics.ts";
import { imagesFor, MODELS, modelOf } from "./models.ts";

const engine = createEngine({ threads: 1 });

/** One layer of neurons whose weights are integers already, so that rounding them changes nothing. */
const exact = (): Model =>
  modelOf(
    { name: "exact", encoding: "sign", input: [1, 4, 4], classes: 2, layers: [{ type: "dense", units: 40 }] },
    {
      "layers.0.weight": uniform("integers", 640, -127, 127).map(Math.round),
      "layers.0.gain": uniform("gains", 40, -2, 2),
      "layers.0.bias": uniform("biases", 40, -200, 200),
    },
  );

/** Probability of firing of each unit, by equation (2) in float64. */
const firing = ({ parameters }: Model, image: Uint8Array): number[] => {
  const [weight, gain, bias] = ["weight", "gain", "bias"].map((kind) => parameters[`layers.0.${kind}`]!);
  return Array.from(gain!, (beta, unit) => {
    const own = weight!.subarray(unit * 16, unit * 16 + 16);
    const sum = own.reduce((total, w, j) => total + w * (image[j]! >= 128 ? 1 : -1), 0);
    const norm = Math.hypot(...own);
    // s = 1/2, so that b / (sqrt(2) s) = sqrt(2) b.
    return normalCdf((Math.SQRT2 * (beta * sum + Math.SQRT2 * bias![unit]!)) / norm);
  });
};

describe("neurons in integers", () => {
  it("fire with the probability of equation (2), to the resolution of the table", () => {
    const model = exact();
    const network = integersOf(model, "int8");
    const [image] = imagesFor(model, 2).slice(1) as [Uint8Array];
    const passes = 4000;
    const fired = new Float64Array(40);
    for (let pass = 0; pass < passes; pass++) {
      const numbers = uniform(`pass ${pass}`, 40, 0, 2 ** 15);
      const { outputs } = integerPass(network, image, () => (k) => Math.floor(numbers[k]!));
      outputs["layers.0"]!.forEach((z, unit) => {
        fired[unit]! += z > 0 ? 1 : 0;
      });
    }
    const p = firing(model, image);
    // i is off by 1/2 at most, v by 1/80, and the slope of the probability is at most 1 / sqrt(pi).
    const resolution = 1 / (80 * Math.sqrt(Math.PI)) + 2 ** -15;
    for (const [unit, each] of p.entries()) {
      const deviation = Math.sqrt(Math.max(each * (1 - each), 1 / passes) / passes);
      const distance = Math.max(0, Math.abs(fired[unit]! / passes - each) - resolution);
      // 40 units: a family of tests at 1e-4.
      expect(normalP(distance / deviation)).toBeGreaterThan(1e-4 / 40);
    }
    expect(Math.min(...p)).toBeLessThan(0.1);
    expect(Math.max(...p)).toBeGreaterThan(0.9);
  });

  it("meet the noise of the run that was quantised: passes of one key hardly differ", async () => {
    const model = MODELS["signs of pixels, pooled windows"]!;
    const images = imagesFor(model, 40);
    const split = {
      ...{ name: "images", images: Uint8Array.from(images.flatMap((image) => [...image])), count: 40 },
      shape: [1, 8, 8],
    };
    const of = async (given: Model, seed: number) =>
      (await predicted(engine, given, split, { passes: 20, seed })).probabilities;
    const distance = (a: Float64Array, b: Float64Array): number =>
      a.reduce((sum, p, k) => sum + Math.abs(p - b[k]!), 0) / a.length;
    const float = await of(model, 1);
    const same = await of(quantize(model, "int8"), 1);
    const other = await of(model, 2);
    expect(distance(float, same)).toBeLessThan(0.2 * distance(float, other));
  });

  it("have norms of their own at a padded border", () => {
    const layer = integersOf(MODELS["signs with borders"]!, "int8").layers[0] as SpikeLayer;
    // Five kinds of rows and of columns.
    expect(layer.bias.length).toBe(25 * 3);
    expect(new Set(layer.border).size).toBe(25);
  });

  it("follow the sign of the bias where all weights are 0, and keep a gain of 0", () => {
    const model = modelOf(
      {
        name: "zeros",
        encoding: "sign",
        input: [1, 2, 2],
        classes: 2,
        layers: [{ type: "dense", units: 3 }],
      },
      {
        "layers.0.weight": Float32Array.of(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1),
        "layers.0.gain": Float32Array.of(1, 1, 0),
        "layers.0.bias": Float32Array.of(0.5, -0.5, 0),
      },
    );
    const network = integersOf(model, "int8");
    const middle = () => () => 2 ** 14;
    const { outputs } = integerPass(network, Uint8Array.of(255, 0, 255, 255), middle);
    expect([...outputs["layers.0"]!.subarray(0, 2)]).toEqual([1, -1]);
    // With half of the numbers below it: v is near 0.
    const low = integerPass(network, Uint8Array.of(255, 255, 255, 255), () => () => 14_000);
    const high = integerPass(network, Uint8Array.of(255, 255, 255, 255), () => () => 18_000);
    expect([low.outputs["layers.0"]![2], high.outputs["layers.0"]![2]]).toEqual([-1, 1]);
  });
});

it("sign neurons without weights follow the sign of their bias, however small", () => {
  const model = modelOf(
    {
      ...{ name: "biases", encoding: "real", input: [1, 1, 2], classes: 2 },
      layers: [
        { type: "dense", units: 4, neuron: "sign" },
        { type: "dense", units: 2 },
      ],
    },
    {
      "layers.0.weight": new Float32Array(8),
      "layers.0.bias": Float32Array.of(-0.4, -1e-3, 0, 1e-3),
    },
  );
  const { outputs } = integerPass(integersOf(model, "int8"), Uint8Array.of(9, 200), () => () => 2 ** 14);
  expect([...outputs["layers.0"]!]).toEqual([-1, -1, 1, 1]);
});

describe("the synapse law in integers", () => {
  it("decides as equation (4) for every mask, but where u is nearer to 0 than its rounding", () => {
    const inputs = 8;
    const model = modelOf(
      { name: "few", encoding: "sign", input: [1, 2, 4], classes: 2, layers: [{ type: "dense", units: 12 }] },
      {
        "layers.0.weight": uniform("integers", 12 * inputs, -127, 127).map(Math.round),
        "layers.0.gain": uniform("gains", 12, -2, 2),
        "layers.0.bias": uniform("biases", 12, -100, 100),
      },
    );
    const network = integersOf(model, "int8");
    const [weight, gain, bias] = ["weight", "gain", "bias"].map(
      (kind) => model.parameters[`layers.0.${kind}`]!,
    ) as [Float32Array, Float32Array, Float32Array];
    const image = Uint8Array.of(255, 0, 0, 255, 255, 255, 0, 0);
    let compared = 0;
    const fired = new Set<number>();
    for (let mask = 0; mask < 2 ** inputs; mask++) {
      const { outputs } = integerPassBySynapses(
        network,
        image,
        () => (_unit, _location, tap) => (mask >> tap) & 1,
      );
      for (let unit = 0; unit < 12; unit++) {
        const a = gain[unit]! / Math.SQRT2 - 1 / 2;
        let [u, total] = [bias[unit]!, 0];
        for (let j = 0; j < inputs; j++) {
          const w = weight[unit * inputs + j]! * (image[j]! >= 128 ? 1 : -1);
          u += (((mask >> j) & 1) + a) * w;
          total += w;
        }
        // A and C are rounded to 2^-9, in units of the integers, which the weights are.
        if (Math.abs(u) <= (Math.abs(total) + 1) / 2 ** 9) continue;
        compared++;
        fired.add(u > 0 ? 1 : -1);
        expect(outputs["layers.0"]![unit]).toBe(u > 0 ? 1 : -1);
      }
    }
    expect(compared).toBeGreaterThan(0.97 * 12 * 2 ** inputs);
    expect(fired.size).toBe(2);
  });

  it("is absent for other noise", () => {
    const model = exact();
    const { layers } = integersOf({ ...model, network: { ...model.network, noise: bernoulli(0.3) } }, "int8");
    expect(layers[0]).not.toHaveProperty("synapses");
  });
});

describe("operations", () => {
  it("of mnist-cnn are those counted by hand", () => {
    const network = mnistCnn();
    const parameters = initialParameters(parametersOf(network), 1);
    const { layers, total, perImage } = operationsOf(integersOf({ network, parameters }, "int4"));
    const [first, second, dense, readout] = layers;
    expect(first).toMatchObject({ additions: 0, comparisons: 32 * 12 * 12, randomBits: 15 * 32 * 12 * 12 });
    expect(second).toMatchObject({
      ...{ additions: 64 * 8 * 8 * 800, multiplications: 64 * 64 + 3 * 1024, comparisons: 1024 },
      ...{ lookUps: 4096, bytes: (64 * 800) / 2 + 64 * 7 },
    });
    expect(dense).toMatchObject({ additions: 1024 * 1024, bytes: 1024 * 512 + 1024 * 7 });
    expect(readout!.multiplications).toBe(10);
    expect(total.additions).toBe(layers.reduce((sum, { additions }) => sum + additions, 0));
    expect(perImage).toMatchObject({ additions: 32 * 24 * 24 * 25, randomBits: 0 });
  });
});

describe("what is close to the limits", () => {
  const farthest = async (model: Model): Promise<number> => {
    const { input } = model.network;
    const images = imagesFor(model, 12);
    const split = {
      ...{ name: "images", images: Uint8Array.from(images.flatMap((image) => [...image])), count: 12 },
      shape: input,
    };
    const of = async (given: Model) => (await predicted(engine, given, split, { passes: 200 })).probabilities;
    const [float, own] = [await of(model), await of(quantize(model, "int8"))];
    return Math.max(...float.map((p, k) => Math.abs(p - own[k]!)));
  };
  const signs = (change: object, parameters: Readonly<Record<string, Float32Array>> = {}): Model =>
    modelOf(
      {
        name: "signs",
        input: [1, 6, 6],
        classes: 3,
        encoding: "real",
        layers: [
          { type: "dense", units: 8, neuron: "sign", ...change },
          { type: "dense", units: 6 },
        ],
      } as never,
      parameters,
    );
  const pixels = (gain: number): Model =>
    modelOf(
      {
        name: "pixels",
        input: [1, 6, 6],
        classes: 3,
        encoding: "real",
        layers: [{ type: "dense", units: 8 }],
      },
      { "layers.0.gain": new Float32Array(8).fill(gain) },
    );
  const readout = (weights: number): Model =>
    modelOf(
      {
        name: "readout",
        encoding: "sign",
        input: [1, 6, 6],
        classes: 3,
        layers: [{ type: "dense", units: 8 }],
      },
      {
        "readout.weight": uniform("readout", 24, -weights, weights),
        "readout.bias": Float32Array.of(0.4, -0.3, 0.1),
      },
    );
  it.each([
    [
      "sign neurons with weight normalization",
      signs({ normalization: "weight" }, { "layers.0.gain": uniform("g", 8, -1, 1) }),
    ],
    [
      "sign neurons with batch normalization and gains of 0",
      signs(
        { normalization: "batch" },
        { "layers.0.gain": new Float32Array(8), "layers.0.bias": new Float32Array(8) },
      ),
    ],
    ["pixels with large gains", pixels(30)],
    ["pixels with small gains", pixels(0.001)],
    ["pixels with gains of 0", pixels(0)],
    ["a readout of zeros", readout(0)],
    ["a readout of small weights", readout(1e-6)],
  ] as const)("%s", async (_name, model) => {
    // By the same noise; sign neurons differ where a sum rounds to the other side.
    expect(await farthest(model)).toBeLessThan(0.06);
  });
});

describe("what integers cannot do", () => {
  const frame = { name: "given", encoding: "sign", input: [1, 8, 8], classes: 2 } as const;
  it.each([
    [
      "rectifiers",
      {
        layers: [
          { type: "dense", units: 3, neuron: "relu" },
          { type: "dense", units: 3 },
        ],
      },
      "layers.0",
    ],
    ["no stochastic neurons", { neuron: "sign", layers: [{ type: "dense", units: 3 }] }, "given: got"],
    [
      "a population",
      { layers: [{ type: "dense", units: 3, population: { size: 2, spacing: 1 } }] },
      "layers.0: got a population",
    ],
    [
      "a gain of each location",
      { layers: [{ type: "conv2d", channels: 2, kernel: 3, gain: "location" }] },
      "layers.0: got a gain of each location",
    ],
    [
      "a branch",
      {
        layers: [
          { type: "dense", units: 3, name: "a" },
          { type: "dense", units: 3, name: "b", from: "input" },
          { type: "concatenate", from: ["a", "b"] },
        ],
      },
      "b: got inputs input",
    ],
    [
      "sums that are not read out",
      {
        layers: [
          { type: "conv2d", channels: 2, kernel: 1 },
          { type: "averagePool", size: 4 },
          { type: "dense", units: 2 },
        ],
      },
      "layers.1: got average pooling elsewhere",
    ],
    [
      "sums of pixels",
      {
        layers: [
          { type: "averagePool", size: 4 },
          { type: "dense", units: 2 },
        ],
      },
      "layers.0: got average pooling elsewhere",
    ],
    [
      "stochastic neurons on dropped spikes",
      {
        layers: [
          { type: "dense", units: 3, neuron: "sign", dropout: 0.2 },
          { type: "dense", units: 3 },
        ],
      },
      "layers.1: got inputs that are neither pixels nor spikes",
    ],
    [
      "channels that hardly vary",
      {
        encoding: "standard",
        pixels: { mean: [0.5], deviation: [0.001] },
        layers: [{ type: "dense", units: 3 }],
      },
      "pixels: got values of more than",
    ],
    [
      "sums of too many spikes",
      {
        encoding: "sign",
        input: [1, 12, 12],
        layers: [
          { type: "conv2d", channels: 2, kernel: 1 },
          { type: "averagePool", size: 12 },
        ],
      },
      "layers.1: got sums of 144 spikes",
    ],
    [
      "padded real pixels",
      { encoding: "real", layers: [{ type: "conv2d", channels: 2, kernel: 3, padding: 1 }] },
      "layers.0: got padded pixels",
    ],
  ] as const)("%s", (_, description, message) => {
    const model = modelOf({ ...frame, ...description } as never);
    expect(() => quantize(model, "int8")).toThrow(ConfigError);
    expect(() => quantize(model, "int8")).toThrow(message);
  });

  it("a width that is none", () => {
    expect(() => quantize(MODELS["real pixels, dense layers"]!, "int16" as never)).toThrow(
      'weights "int16"; expected int8 or int4 or ternary',
    );
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])("a parameter of %f, by its name", (value) => {
    const model = modelOf(
      { ...frame, input: [1, 2, 2], layers: [{ type: "dense", units: 1 }] },
      { "layers.0.weight": Float32Array.of(1, value, 1, 1) },
    );
    expect(() => quantize(model, "int8")).toThrow("layers.0.weight: got a number that is not finite");
  });

  /** A unit with a number of weights that are 127 in integers. */
  const wide = (count: number): Model =>
    modelOf(
      {
        ...{ name: "wide", encoding: "sign", input: [1, 300, 300], classes: 2 },
        layers: [{ type: "dense", units: 1 }],
      },
      {
        "layers.0.weight": new Float32Array(90_000).fill(1, 0, count),
        "layers.0.gain": Float32Array.of(50),
      },
    );

  it.each([
    ["11,430,000", 90_000],
    // More than 32 bits only with the bias, which may be as large.
    ["5,000,117", 39_371],
  ])("sums that exceed 32 bits with their biases, by how much: %s", (sums, count) => {
    expect(() => quantize(wide(count), "int8")).toThrow(
      new RegExp(
        `layers\\.0: got sums of up to ${sums} and biases of up to .*at most 8,323,580 together`,
        "s",
      ),
    );
  });

  it("of sums up to 4 million nothing", () => {
    expect(() => quantize(wide(31_497), "int8")).not.toThrow();
  });
});
