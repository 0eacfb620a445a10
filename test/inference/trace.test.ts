/** Traced passes: the interpreter's numbers, and the same noise and spikes however they are asked for. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ConfigError, DataError } from "../../src/errors.ts";
import { openTracer } from "../../src/inference/tracing/node-tracer.ts";
import { tracePass } from "../../src/inference/tracing/trace.ts";
import type { Tracer } from "../../src/inference/tracing/tracer.ts";
import { encodeImage, encodingTable } from "../../src/networks/images.ts";
import { parameterInputs } from "../../src/networks/interpreters/sample.ts";
import { traceForward } from "../../src/networks/interpreters/trace.ts";
import type { Network } from "../../src/networks/network.ts";
import { noiseInputs } from "../../src/networks/noise-inputs.ts";
import { planOf } from "../../src/networks/plan.ts";
import { layersInPass } from "../../src/networks/traced.ts";
import { uniformNoise } from "../../src/random/streams.ts";
import { createEngine } from "../../src/runtime/node.ts";
import { lower } from "../../src/tensor/lower.ts";
import { input, sizeOf, sizesOf } from "../../src/tensor/tensor.ts";
import { populations, randomImages, randomModel } from "./models.ts";

const KEY = { seed: 3, pass: 5 };
const engine = createEngine({ threads: 1 });
const digits = randomImages(2);
const imageOf = (k: number): Uint8Array => digits.images.slice(k * 36, (k + 1) * 36);

const encoded = (network: Network, count: number): Float32Array => {
  const out = new Float32Array(count * 36);
  for (let k = 0; k < count; k++) encodeImage(digits, k, encodingTable(network), out, k);
  return out;
};

const mixed = randomModel({
  layers: [
    { type: "conv2d", channels: 3, kernel: 3, neuron: "sign", normalization: "batch", pool: 2 },
    { type: "conv2d", channels: 4, kernel: 2, padding: 1 },
    { type: "maxPool", size: 3 },
    { type: "dense", units: 5 },
  ],
});
/** Populations, of which the second layer's are on potentials. */
const grouped = randomModel(populations());

describe.each([
  ["pooled windows and a dense layer", randomModel()],
  ["a layer without noise, padding, and pooled spikes", mixed],
  ["populations", grouped],
])("%s", (_name, model) => {
  const { network } = model;
  let tracer: Tracer;
  beforeAll(async () => {
    tracer = await openTracer(model);
  });
  afterAll(() => tracer.close());

  test("outputs of all layers are the interpreter's", async () => {
    const images = encoded(network, 2);
    const inputs = noiseInputs(network, 2);
    const x = input("images", [2, ...network.input]);
    const { outputs } = traceForward(network, parameterInputs(network), x, inputs);
    const named = Object.fromEntries([...outputs].filter(([name]) => name !== "input"));
    const executable = await engine.compile(
      lower(named, { bound: model.parameters, name: "outputs of all layers" }),
    );
    const noise = uniformNoise({ seed: KEY.seed, purpose: "trace", sizes: sizesOf(inputs) })(KEY.pass);
    const expected = await executable.run({ images, ...noise });
    const pass = await tracePass(engine, model, images, KEY);
    expect(pass.outputs).toEqual({ ...expected, input: images });
    await executable.dispose();
  });

  test("spikes are +1 where the mean exceeds the noise, and shapes are those of layersInPass", async () => {
    const pass = await tracer.trace(imageOf(0), KEY);
    const stochastic = layersInPass(network).filter(({ isStochastic }) => isStochastic);
    expect(Object.keys(pass.layers)).toEqual(stochastic.map(({ name }) => name));
    for (const { name, shape } of stochastic) {
      const { mean, uniform, spikes } = pass.layers[name]!;
      expect(mean.length).toBe(sizeOf(shape));
      expect(spikes).toEqual(mean.map((m, k) => (m > uniform[k]! ? 1 : -1)));
    }
    for (const { name, outputShape } of planOf(network))
      expect(pass.outputs[name]!.length).toBe(sizeOf(outputShape));
  });

  test("a tracer's passes are those of tracePass, in any order, and stay when others follow", async () => {
    const later = await tracer.trace(imageOf(1), { ...KEY, pass: 9 });
    const first = await tracer.trace(imageOf(0), KEY);
    const copy = structuredClone(first);
    const other = await tracer.trace(imageOf(0), { ...KEY, seed: 4 });
    expect(first).toEqual(copy);
    const [own] = Object.keys(first.layers);
    expect(other.layers[own!]!.uniform).not.toEqual(first.layers[own!]!.uniform);
    const images = encoded(network, 2);
    expect(first).toEqual(await tracePass(engine, model, images.slice(0, 36), KEY));
    expect(later).toEqual(await tracePass(engine, model, images.slice(36), { ...KEY, pass: 9 }));
  });
});

describe("refused", () => {
  test("images of another size, keys that are no whole numbers, and passes after close", async () => {
    const tracer = await openTracer(randomModel());
    await expect(tracer.trace(new Uint8Array(5), KEY)).rejects.toThrow(DataError);
    await expect(tracer.trace(imageOf(0), { seed: 1, pass: 0.5 })).rejects.toThrow(ConfigError);
    await expect(tracer.trace(imageOf(0), { seed: -1, pass: 0 })).rejects.toThrow(ConfigError);
    await tracer.close();
    await expect(tracer.trace(imageOf(0), KEY)).rejects.toThrow(ConfigError);
  });

  test("a model without its parameters", async () => {
    const { network } = randomModel();
    await expect(openTracer({ network, parameters: {} })).rejects.toThrow(ConfigError);
  });
});
