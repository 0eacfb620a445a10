/** After data-dependent initialisation every unit's v has mean 0 and standard deviation 1 over the batch. */
import { describe, expect, test } from "vitest";
import { dataInitialization } from "../../src/networks/interpreters/data-initialization.ts";
import { drawn, meanOf, potentialOf } from "../../src/networks/interpreters/draw.ts";
import { forward, parameterInputs } from "../../src/networks/interpreters/sample.ts";
import { type Network, type NetworkDescription, parseNetwork } from "../../src/networks/network.ts";
import { noiseInputs } from "../../src/networks/noise-inputs.ts";
import { parametersOf, planOf } from "../../src/networks/plan.ts";
import { SATURATED } from "../../src/nn/potential.ts";
import { createEngine } from "../../src/runtime/node.ts";
import { lower, type Outputs } from "../../src/tensor/lower.ts";
import { input, sizeOf, type Tensor, type TensorsByName, type TypedArray } from "../../src/tensor/tensor.ts";
import { signs, uniform } from "../nn/draw.ts";
import { mean } from "../support/statistics.ts";

const engine = createEngine({ threads: 1 });
const BATCH = 50;

type Arrays = Record<string, Float32Array>;

const run = async (outputs: Outputs, feeds: Readonly<Record<string, TypedArray>>): Promise<Arrays> => {
  const executable = await engine.compile(lower(outputs));
  const taken = Object.entries(feeds).filter(([name]) => name in executable.program.inputs);
  const results = await executable.run(Object.fromEntries(taken));
  await executable.dispose();
  return results as Arrays;
};

/** Potentials v of every layer; all layers are stochastic. */
const potentials = (network: Network, parameters: TensorsByName, x: Tensor, uniforms: TensorsByName) => {
  let z = x;
  return Object.fromEntries(
    planOf(network)
      .slice(0, -1)
      .map((plan) => {
        const v = potentialOf(plan, parameters)([z], {});
        z = drawn(plan, meanOf(plan, parameters)([z], {}), uniforms[`${plan.name}.uniform`]!);
        return [plan.name, v];
      }),
  );
};

interface Initialized {
  readonly network: Network;
  readonly parameters: Arrays;
  /** [batch, ...units] of each layer. */
  readonly v: Arrays;
}

const initialize = async (
  description: Omit<NetworkDescription, "name" | "classes">,
  images: (count: number) => Float32Array,
): Promise<Initialized> => {
  const network = parseNetwork({ name: "data", classes: 2, ...description });
  const specs = parametersOf(network);
  const weights = specs.map(({ name, shape }) => [name, uniform(name, sizeOf(shape))] as const);
  const uniforms = noiseInputs(network, BATCH);
  const noise = Object.values(uniforms).map(
    ({ name, shape }) => [name!, uniform(name!, sizeOf(shape))] as const,
  );
  const x = input("x", [BATCH, ...network.input]);
  const feeds = {
    ...Object.fromEntries([...weights, ...noise]),
    x: images(BATCH * sizeOf(network.input)),
  };
  const parameters = parameterInputs(network);
  const found = await run(dataInitialization(network, parameters, x, uniforms), feeds);
  for (const [name, values] of Object.entries(found))
    expect(values).toHaveLength(sizeOf(specs.find((spec) => spec.name === name)!.shape));
  return {
    network,
    parameters: found,
    v: await run(potentials(network, parameters, x, uniforms), { ...feeds, ...found }),
  };
};

/** Values of v of a channel, a unit, or a location. */
const valuesOf = (v: Float32Array, channels: number, channel: number, location?: number): number[] => {
  const places = v.length / BATCH / channels;
  return Array.from(v).filter(
    (x, k) =>
      Math.floor(k / places) % channels === channel &&
      (location === undefined || k % places === location) &&
      Math.abs(x) < SATURATED,
  );
};

const deviation = (x: readonly number[]): number => Math.sqrt(mean(x.map((value) => (value - mean(x)) ** 2)));

/**
 * Bound of the float32 error of v. It sums `fanIn` terms, whose magnitudes over the root add up to at most
 * beta sqrt(fanIn), and an offset of about that size; v itself is of order 1, so that mean and standard
 * deviation have no larger error.
 */
const tolerance = (fanIn: number, gain: Float32Array): number =>
  2 ** -24 * (fanIn + 24) * 4 * Math.sqrt(fanIn) * Math.max(...gain.map(Math.abs));

const expectStandard = ({ network, parameters, v }: Initialized): void => {
  const specs = new Map(parametersOf(network).map((spec) => [spec.name, spec]));
  const layers = planOf(network).slice(0, -1);
  expect(Object.keys(v)).toEqual(layers.map(({ name }) => name));
  for (const { name, unitShape } of layers) {
    const gain = parameters[`${name}.gain`]!;
    const [channels, rows = 1, columns = 1] = unitShape as [number, number?, number?];
    const bound = tolerance(specs.get(`${name}.weight`)!.fanIn!, gain);
    expect(bound).toBeLessThan(1e-3);
    for (let c = 0; c < channels; c++) {
      expect(Math.abs(mean(valuesOf(v[name]!, channels, c)))).toBeLessThan(bound);
      const locations =
        gain.length === channels ? [undefined] : Array.from({ length: rows * columns }, (_, k) => k);
      for (const k of locations)
        expect(Math.abs(deviation(valuesOf(v[name]!, channels, c, k)) - 1)).toBeLessThan(bound);
    }
  }
};

const binary = (count: number): Float32Array => signs("images", count);
const real = (count: number): Float32Array => uniform("images", count, 0, 1);
/** Images in which every other one is black, and some windows of the rest. */
const partlyBlack = (count: number): Float32Array =>
  uniform("images", count, -2, 1).map((x, k) =>
    Math.floor((k * BATCH) / count) % 2 === 0 ? 0 : Math.max(0, x),
  );

const conv2d = { type: "conv2d", channels: 3, kernel: 3 } as const;

describe("mean 0 and standard deviation 1 of v", () => {
  test.each<[string, NetworkDescription["layers"]]>([
    ["dense", [{ type: "dense", units: 6 }]],
    ["convolution", [conv2d]],
    ["pooled convolution, before pooling", [{ ...conv2d, pool: 2 }]],
    ["zero padding", [{ ...conv2d, padding: 2, stride: 2 }]],
    ["padding in which whole windows lie", [{ ...conv2d, padding: 3 }]],
    ["a gain for each location", [{ ...conv2d, gain: "location", padding: 1 }]],
    [
      "layer by layer",
      [
        { ...conv2d, pool: 2, padding: 1 },
        { ...conv2d, kernel: 2 },
        { type: "dense", units: 4 },
      ],
    ],
    [
      "populations, layer by layer",
      [
        { ...conv2d, pool: 2, padding: 1, population: { size: 4, spacing: 1 } },
        { ...conv2d, kernel: 2, padding: 1, population: { size: 8, spacing: 0.5, offset: 0 } },
        { type: "dense", units: 4 },
      ],
    ],
  ])("%s, binary input", async (_name, layers) =>
    expectStandard(await initialize({ encoding: "sign", input: [1, 8, 8], layers }, binary)),
  );

  test.each<[string, NetworkDescription["layers"], (count: number) => Float32Array]>([
    ["dense", [{ type: "dense", units: 6 }], real],
    ["pooled convolution", [{ ...conv2d, pool: 2, padding: 1 }], real],
    ["windows without active inputs are left out", [{ ...conv2d, pool: 2, padding: 1 }], partlyBlack],
  ])("%s, real input", async (_name, layers, images) =>
    expectStandard(await initialize({ input: [1, 8, 8], encoding: "real", layers }, images)),
  );
});

test("a unit whose inputs never change keeps gain 1, with v = 0", async () => {
  const { parameters, v } = await initialize(
    { encoding: "sign", input: [1, 1, 4], layers: [{ type: "dense", units: 2 }] },
    (n) => new Float32Array(n).fill(1),
  );
  expect([...parameters["layers.0.gain"]!]).toEqual([1, 1]);
  for (const x of v["layers.0"]!) expect(Math.abs(x)).toBeLessThan(tolerance(4, Float32Array.of(1)));
});

test("layers without neurons are passed, and the readout is left alone", async () => {
  const network = parseNetwork({
    name: "average",
    encoding: "sign",
    input: [1, 4, 4],
    classes: 2,
    layers: [
      { type: "averagePool", size: 2 },
      { type: "dense", units: 3 },
    ],
  });
  const x = input("x", [BATCH, 1, 4, 4]);
  const found = dataInitialization(network, parameterInputs(network), x, noiseInputs(network, BATCH));
  expect(Object.keys(found)).toEqual(["layers.1.gain", "layers.1.bias"]);
  const logits = forward(network, { ...parameterInputs(network), ...found }, x, noiseInputs(network, BATCH));
  expect(logits.shape).toEqual([BATCH, 2]);
});

test("the mean drive of a centred layer takes the place of its bias", async () => {
  const found = async (centred?: true) => {
    const own = { type: "conv2d", channels: 3, kernel: 3, ...(centred && { centred }) } as const;
    const layers = [
      { ...own, pool: 2 },
      own,
      { type: "dense", units: 4, ...(centred && { centred }) } as const,
    ];
    const network = parseNetwork({
      name: "centred",
      encoding: "sign",
      input: [1, 10, 10],
      classes: 2,
      layers,
    });
    const parameters = parameterInputs(network);
    const inputs = {
      ...parameters,
      ...noiseInputs(network, BATCH),
      x: input("x", [BATCH, ...network.input]),
    };
    const feeds = Object.entries(inputs).map(
      ([name, { shape }]) =>
        [
          name,
          (/bias|mean/.test(name) ? () => new Float32Array(sizeOf(shape)) : uniform)(name, sizeOf(shape)),
        ] as const,
    );
    const { x } = inputs;
    return run(
      dataInitialization(network, parameters, x, noiseInputs(network, BATCH)),
      Object.fromEntries(feeds),
    );
  };
  const [plain, centred] = [await found(), await found(true)];
  for (const layer of ["layers.0", "layers.1", "layers.2"]) {
    expect(centred[`${layer}.gain`]).toEqual(plain[`${layer}.gain`]);
    expect(centred[`${layer}.mean`]).toEqual(plain[`${layer}.bias`]!.map((bias) => -bias));
    expect(centred[`${layer}.bias`]).toBeUndefined();
  }
});
