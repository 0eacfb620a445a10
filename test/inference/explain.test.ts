/** Explanations of units: every term, computed in float64, against what the engine computed of the same pass. */
import { describe, expect, test } from "vitest";
import { ConfigError } from "../../src/errors.ts";
import { explainUnit } from "../../src/inference/tracing/explain.ts";
import { openTracer } from "../../src/inference/tracing/node-tracer.ts";
import { type TracedPass, tracePass } from "../../src/inference/tracing/trace.ts";
import type { PlainSum, UnitSum } from "../../src/inference/tracing/unit-sums.ts";
import { mnistCnn } from "../../src/networks/catalogue.ts";
import { encodeImage, encodingTable } from "../../src/networks/images.ts";
import { initialParameters } from "../../src/networks/initialize.ts";
import type { Model } from "../../src/networks/model.ts";
import type { NetworkDescription } from "../../src/networks/network.ts";
import { parametersOf, planOf } from "../../src/networks/plan.ts";
import { layersInPass } from "../../src/networks/traced.ts";
import { createEngine } from "../../src/runtime/node.ts";
import { sizeOf } from "../../src/tensor/tensor.ts";
import { meanErrorBound } from "../nn/reference.ts";
import { populations, randomImages, randomModel } from "./models.ts";

const KEY = { seed: 2, pass: 1 };
const engine = createEngine({ threads: 1 });
const digits = randomImages(2);

const passOf = (model: Model, count = 2): Promise<TracedPass> => {
  const images = new Float32Array(count * 36);
  for (let k = 0; k < count; k++) encodeImage(digits, k, encodingTable(model.network), images, k);
  return tracePass(engine, model, images, KEY);
};

/** Bound of the float32 error of a plain sum: its terms' magnitudes, each rounded once or twice, and what is folded in. */
const plainErrorBound = ({ synapses, scale, offset }: PlainSum, mean: number): number => {
  const { weights, inputs } = synapses;
  const drive = weights.reduce((total, w, j) => total + Math.abs(w * inputs[j]!), 0);
  const magnitude = Math.abs(scale) * (drive + Math.abs(mean)) + Math.abs(offset);
  return 2 ** -24 * (2 * weights.length + 24) * magnitude;
};

/** Bound of the float32 error of E(z) of units that are drawn together: d E(z) / d E(z_k) is at most 1. */
const drawErrorBound = (units: readonly UnitSum[], model: Model, isBinary: boolean): number =>
  units.reduce((total, unit) => {
    if (unit.type !== "noisy") throw new Error("a drawn unit without noise");
    const { synapses, gain, bias } = unit;
    const taps = Array.from(synapses.weights, (w, j) => ({ w, z: isBinary ? 1 : synapses.inputs[j]! }));
    return total + meanErrorBound({ taps, gain, bias }, model.network.noise);
  }, 0);

const networks: Readonly<Record<string, Partial<NetworkDescription>>> = {
  "pooled windows and a dense layer": {},
  "real pixels, padding and strides": {
    encoding: "real",
    layers: [
      { type: "conv2d", channels: 3, kernel: 3, padding: 1, stride: 2 },
      { type: "conv2d", channels: 2, kernel: 3, padding: 1, pool: 3 },
      { type: "dense", units: 4 },
    ],
  },
  "gains of locations, and pooled spikes": {
    layers: [
      { type: "conv2d", channels: 2, kernel: 3, padding: 1, gain: "location", pool: 2, pooling: "sampled" },
      { type: "dense", units: 4, centred: true },
    ],
  },
  "a batch-normalised convolution, pooled": {
    encoding: "real",
    layers: [
      { type: "conv2d", channels: 4, kernel: 3, neuron: "sign", normalization: "batch", pool: 2 },
      { type: "dense", units: 5 },
    ],
  },
  "weight normalization and rectifiers": {
    neuron: "relu",
    layers: [
      { type: "conv2d", channels: 3, kernel: 3, padding: 1, normalization: "weight" },
      { type: "dense", units: 5, neuron: "nsm" },
    ],
  },
  populations: populations(),
  "Gaussian noise": { noise: { type: "gaussian", sigma: 0.7 } },
};

describe.each(Object.entries(networks))("%s", (_name, change) => {
  const model = randomModel(change);
  const weighted = planOf(model.network).filter(({ parameters }) =>
    parameters.some(({ kind }) => kind === "weight"),
  );

  test("E(z) is that of the engine, to the rounding of float32, of every unit of every image", async () => {
    const pass = await passOf(model);
    let drawn = 0;
    for (const { name, shape, isStochastic } of layersInPass(model.network)) {
      const plan = weighted.find((of) => of.name === name);
      if (!plan || !isStochastic) continue;
      const { mean, uniform, spikes } = pass.layers[name]!;
      for (let k = 0; k < mean.length; k++, drawn++) {
        const image = Math.floor(k / sizeOf(shape));
        const { units, draw, output } = explainUnit(model, pass, name, k % sizeOf(shape), image);
        const bound = drawErrorBound(units, model, plan.inputSpikes > 0);
        expect(Math.abs(draw!.mean - mean[k]!), `${name}, ${k}`).toBeLessThanOrEqual(bound);
        expect([draw!.uniform, draw!.spike, output]).toEqual([uniform[k], spikes[k], spikes[k]]);
      }
    }
    expect(drawn).toBeGreaterThan(5);
  });

  test("sums without noise are those of the engine", async () => {
    const pass = await passOf(model);
    for (const { name, outputShape, neuron, noisySynapses } of weighted) {
      if (noisySynapses) continue;
      const outputs = pass.outputs[name]!;
      for (let k = 0; k < outputs.length; k++) {
        const size = sizeOf(outputShape);
        const { units, output, draw } = explainUnit(model, pass, name, k % size, Math.floor(k / size));
        expect(draw).toBeUndefined();
        const sums = units as readonly PlainSum[];
        const mean = model.parameters[`${name}.mean`]?.[sums[0]!.place.channel] ?? 0;
        const bound = Math.max(...sums.map((sum) => plainErrorBound(sum, mean)));
        const most = Math.max(...sums.map(({ potential }) => potential));
        if (neuron === "sign") {
          if (Math.abs(most) > bound) expect(output).toBe(most >= 0 ? 1 : -1);
        } else {
          const expected = neuron === "relu" ? Math.max(0, most) : most;
          expect(Math.abs(output - expected), `${name}, ${k}`).toBeLessThanOrEqual(bound);
        }
      }
    }
  });

  test("every term is there: inputs are the outputs of the layer before, weights the parameters", async () => {
    const pass = await passOf(model, 1);
    for (const { name } of weighted) {
      const [unit] = explainUnit(model, pass, name, 0).units;
      const { from, sources, inputs, weights } = unit!.synapses;
      expect(inputs).toEqual(Float32Array.from(sources, (source) => pass.outputs[from]![source]!));
      const own = new Set(model.parameters[`${name}.weight`]);
      expect([...weights].every((w) => own.has(w))).toBe(true);
      const drive = weights.reduce((total, w, j) => total + w * inputs[j]!, 0);
      expect(unit!.drive).toBe(drive);
      if (unit!.type === "plain") expect(unit!.potential).toBe(unit!.scale * drive + unit!.offset);
    }
  });
});

test("potentials that are not drawn from have an output without a draw", async () => {
  const model = randomModel(populations());
  const pass = await passOf(model, 1);
  for (let k = 0; k < pass.outputs["layers.1"]!.length; k++) {
    const { units, draw, output } = explainUnit(model, pass, "layers.1", k);
    expect(draw).toBeUndefined();
    expect(Math.abs(units[0]!.potential - output)).toBeLessThan(1e-5 * (1 + Math.abs(output)));
  }
});

test("a unit whose inputs are all 0 has the spike of its bias: sgn(0) = +1", async () => {
  const base = randomModel({ encoding: "real", layers: [{ type: "dense", units: 3 }] });
  const bias = Float32Array.from([-0.1, 0, 0.1]);
  const model = { ...base, parameters: { ...base.parameters, "layers.0.bias": bias } };
  const pass = await tracePass(engine, model, new Float32Array(36), KEY);
  const means = [0, 1, 2].map((unit) => explainUnit(model, pass, "layers.0", unit).draw!.mean);
  expect(means).toEqual([-1, 1, 1]);
  expect([...pass.layers["layers.0"]!.mean]).toEqual(means);
});

test("mnist-cnn: equation (3) of units of every layer", async () => {
  const network = mnistCnn();
  const model = { network, parameters: initialParameters(parametersOf(network), 1) };
  const tracer = await openTracer(model);
  const image = Uint8Array.from({ length: 784 }, (_, k) => (k * 7919) % 256);
  const pass = await tracer.trace(image, KEY);
  await tracer.close();
  const expected = { "layers.0": [4, 25], "layers.1": [4, 800], "layers.2": [1, 1024] };
  for (const [layer, [units, synapses]] of Object.entries(expected))
    for (let unit = 0; unit < pass.layers[layer]!.mean.length; unit += 101) {
      const explained = explainUnit(model, pass, layer, unit);
      expect(explained.units.map((sum) => sum.synapses.weights.length)).toEqual(Array(units).fill(synapses));
      const error = Math.abs(explained.draw!.mean - pass.layers[layer]!.mean[unit]!);
      expect(error).toBeLessThanOrEqual(drawErrorBound(explained.units, model, true));
    }
});

describe("refused", () => {
  const model = randomModel({
    layers: [
      { type: "conv2d", channels: 3, kernel: 3 },
      { type: "maxPool", size: 2 },
    ],
  });
  const refusal = async (layer: string, unit: number, image?: number): Promise<string> => {
    const pass = await passOf(model);
    try {
      explainUnit(model, pass, layer, unit, image);
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigError);
      return (error as Error).message;
    }
    return "nothing";
  };

  test("layers without weights, or that are not there", async () => {
    expect(await refusal("layers.1", 0)).toContain("expected a layer with weights: layers.0, readout");
    expect(await refusal("nowhere", 0)).toContain('got layer "nowhere"');
  });

  test("units and images that are not there", async () => {
    for (const unit of [-1, 48, 0.5, Number.NaN])
      expect(await refusal("layers.0", unit)).toContain("expected a whole number from 0 to 47");
    expect(await refusal("layers.0", 0, 2)).toContain("expected a whole number from 0 to 1");
  });

  test("a pass of another network", async () => {
    const pass = await passOf(randomModel(), 1);
    expect(() => explainUnit(model, pass, "layers.0", 0)).toThrow("a pass of another network");
  });
});
