/** Network descriptions: valid JSON, and errors for invalid JSON. */
import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { ConfigError } from "../../src/errors.ts";
import { mnistCnn, mnistMlp, networkByName, networkNames } from "../../src/networks/catalogue.ts";
import { networkSchema, parseNetwork, withNoise } from "../../src/networks/network.ts";
import { parametersOf, planOf } from "../../src/networks/plan.ts";
import { bernoulli } from "../../src/nn/noise/bernoulli.ts";
import { gaussian } from "../../src/nn/noise/gaussian.ts";
import { sizeOf } from "../../src/tensor/tensor.ts";

const description = {
  name: "test",
  encoding: "sign",
  input: [1, 28, 28],
  classes: 10,
  layers: [
    { type: "conv2d", channels: 8, kernel: 5, pool: 2 },
    { type: "dense", units: 30 },
  ],
};

test("pixels enter as they are unless the description says otherwise", () => {
  const { encoding: _, ...rest } = description;
  expect(parseNetwork(rest).encoding).toBe("real");
});

test("defaults are filled in, and a parsed network parses to itself", () => {
  const network = parseNetwork(description);
  expect(network).toEqual({
    ...description,
    encoding: "sign",
    neuron: "nsm",
    noise: { type: "bernoulli", p: 0.5 },
    layers: [
      { type: "conv2d", channels: 8, kernel: 5, stride: 1, padding: 0, pool: 2, gain: "channel" },
      { type: "dense", units: 30 },
    ],
  });
  expect(parseNetwork(JSON.parse(JSON.stringify(network)))).toEqual(network);
});

describe("what does not fit the schema is refused, by its place in the document", () => {
  const withNoiseOf = (noise: unknown) => ({ ...description, noise });
  const withLayer = (layer: unknown) => ({ ...description, layers: [layer] });
  test.each([
    ["an unknown key", { ...description, depth: 3 }, "the document", "depth"],
    ["an unknown key in a layer", withLayer({ type: "dense", units: 3, bias: 1 }), "layers.0", "bias"],
    ["a missing field", { ...description, classes: undefined }, "classes", "expected"],
    ["a missing field in a layer", withLayer({ type: "dense" }), "layers.0.units", "expected"],
    ["p = 1", withNoiseOf({ type: "bernoulli", p: 1 }), "noise.p", "<1"],
    ["p = 0", withNoiseOf({ type: "bernoulli", p: 0 }), "noise.p", ">0"],
    ["sigma = 0", withNoiseOf({ type: "gaussian", sigma: 0 }), "noise.sigma", ">0"],
    ["another noise", withNoiseOf({ type: "poisson" }), "noise.type", ""],
    ["a noise's parameter of another noise", withNoiseOf({ type: "bernoulli", sigma: 1 }), "noise", ""],
    ["another layer", withLayer({ type: "lstm" }), "layers.0.type", ""],
    ["no layer", { ...description, layers: [] }, "layers", ""],
    ["one class", { ...description, classes: 1 }, "classes", ">=2"],
    ["an input without channels", { ...description, input: [28, 28] }, "input", ""],
    ["half a unit", withLayer({ type: "dense", units: 1.5 }), "layers.0.units", "int"],
    ["no unit", withLayer({ type: "dense", units: 0 }), "layers.0.units", ">=1"],
    [
      "negative padding",
      withLayer({ type: "conv2d", channels: 1, kernel: 3, padding: -1 }),
      "layers.0.padding",
      ">=0",
    ],
    ["a window of millions", withLayer({ type: "averagePool", size: 1e6 }), "layers.0.size", "<=10000"],
    [
      "padding without end",
      withLayer({ type: "conv2d", channels: 1, kernel: 3, padding: 1e9 }),
      "layers.0.padding",
      "<=10000",
    ],
    ["a list", [], "the document", "object"],
    ["nothing", undefined, "the document", "object"],
  ])("%s", (_what, document, place, reason) => {
    let error: unknown;
    try {
      parseNetwork(document, "net.json");
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(ConfigError);
    const { message, given, remedy } = error as ConfigError;
    expect(message).toMatch(/^net\.json: /);
    expect(given).toContain(`at ${place}`);
    expect(given).toContain(reason);
    expect(remedy).not.toBe("");
  });
});

test("schema/network.schema.json is the schema that parses (npx tsx scripts/write-schema.ts writes it)", async () => {
  const file = new URL("../../schema/network.schema.json", import.meta.url);
  expect(JSON.parse(await readFile(file, "utf8"))).toEqual(
    JSON.parse(JSON.stringify(z.toJSONSchema(networkSchema, { io: "input" }))),
  );
});

describe("the paper's networks", () => {
  const shapes = (network: ReturnType<typeof mnistMlp>): string[] =>
    planOf(network).map(({ outputShape }) => outputShape.join("x"));

  test("mnist-mlp is 784-300-300-300-10", () => {
    expect(shapes(mnistMlp())).toEqual(["300", "300", "300", "10"]);
    const sizes = parametersOf(mnistMlp()).map(({ name, shape }) => [name, shape.join("x")]);
    expect(sizes.slice(0, 3)).toEqual([
      ["layers.0.weight", "300x784"],
      ["layers.0.gain", "300"],
      ["layers.0.bias", "300"],
    ]);
    expect(sizes.slice(-2)).toEqual([
      ["readout.weight", "10x300"],
      ["readout.bias", "10"],
    ]);
  });

  test("mnist-cnn is 32c5-p2-64c5-p2-1024-10", () => {
    expect(shapes(mnistCnn())).toEqual(["32x12x12", "64x4x4", "1024", "10"]);
    const weights = 32 * 25 + 64 * 32 * 25 + 1024 * 1024 + 10 * 1024;
    const gains = 32 + 64 + 1024;
    const total = parametersOf(mnistCnn()).reduce((sum, { shape }) => sum + sizeOf(shape), 0);
    expect(total).toBe(weights + 2 * gains + 10);
  });

  test("by name, with the noise asked for", () => {
    for (const name of networkNames()) expect(networkByName(name).name).toBe(name);
    expect(networkByName("mnist-cnn", gaussian(2))).toEqual(mnistCnn(gaussian(2)));
    expect(networkByName("mnist-mlp").noise).toEqual(bernoulli(0.5));
    expect(withNoise(mnistMlp(), gaussian(1)).noise).toEqual(gaussian(1));
  });

  test.each(["lenet", "", "toString", "__proto__"])("there is no %j", (name) => {
    expect(() => networkByName(name)).toThrow(ConfigError);
    expect(() => networkByName(name)).toThrow(/mnist-mlp or mnist-cnn or emnist-cnn/);
  });
});
