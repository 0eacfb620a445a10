/** Models that come back out of .onnx files. */
import { describe, expect, it, vi } from "vitest";
import { CheckpointError } from "../../src/errors.ts";
import { type ExportOptions, exportOnnx } from "../../src/export/onnx.ts";
import { UNSURE_SHARE } from "../../src/inference/unsure.ts";
import { quantize } from "../../src/integer/quantize.ts";
import { baseline } from "../../src/networks/baselines.ts";
import { initialParameters } from "../../src/networks/initialize.ts";
import type { Model } from "../../src/networks/model.ts";
import { readModel } from "../../src/networks/model-file.ts";
import { type Network, parseNetwork } from "../../src/networks/network.ts";
import { parametersOf } from "../../src/networks/plan.ts";
import { encodeModel } from "../../src/onnx/model.ts";
import { packageVersion } from "../../src/version.ts";
import { populations, randomModel } from "../inference/models.ts";

const plain = randomModel();

const modelOf = (network: Network): Model => ({
  network,
  parameters: initialParameters(parametersOf(network), 5),
});

const MODELS: readonly (readonly [string, Model, ExportOptions])[] = [
  ["stochastic neurons", plain, {}],
  ["with the noise as inputs, for batches of 3", plain, { noise: "inputs", batch: 3 }],
  ["rectifiers with batch normalization", modelOf(baseline(plain.network, "batch-normalization")), {}],
  ["signs with weight normalization", modelOf(baseline(plain.network, "binary-weight-normalization")), {}],
  ["dropout at inference", modelOf(baseline(plain.network, "monte-carlo-dropout")), { samples: 7 }],
  ["populations with thresholds that are trained", modelOf(populations()), {}],
];

describe("an .onnx file", () => {
  it.each(MODELS)("gives back network and parameters, to the bit: %s", (_name, model, options) => {
    const classNames = ["a", "b", "c"];
    expect(readModel(exportOnnx(model, { ...options, classNames }))).toEqual({
      ...model,
      classNames,
      threshold: UNSURE_SHARE * Math.log(3),
      version: packageVersion,
    });
  });

  it("lets its bytes go, wherever they lie", () => {
    const bytes = exportOnnx(plain);
    const shifted = new Uint8Array(bytes.length + 1).subarray(1);
    shifted.set(bytes);
    const { parameters } = readModel(shifted);
    expect(parameters).toEqual(plain.parameters);
    for (const { buffer } of Object.values(parameters)) expect(buffer).not.toBe(shifted.buffer);
  });

  it("is read from a Buffer, as readFile gives it", () => {
    const bytes = exportOnnx(plain);
    // Files of other lengths put the elements at other places.
    for (let offset = 0; offset < 4; offset++) {
      const buffer = Buffer.alloc(bytes.length + offset).subarray(offset);
      buffer.set(bytes);
      expect(readModel(buffer).parameters).toEqual(plain.parameters);
    }
  });

  it("has its network parsed once", () => {
    const bytes = exportOnnx(plain);
    const parse = vi.spyOn(JSON, "parse");
    try {
      readModel(bytes);
      const networks = parse.mock.calls.filter(([text]) => text === JSON.stringify(plain.network));
      expect(networks).toHaveLength(1);
    } finally {
      parse.mockRestore();
    }
  });

  it("may have a layer named detector", () => {
    const [first, ...rest] = plain.network.layers;
    const model = modelOf(
      parseNetwork({ ...plain.network, layers: [{ ...first, name: "detector" }, ...rest] }),
    );
    expect(readModel(exportOnnx(model))).toMatchObject(model);
  });

  const without = (change: (name: string) => boolean): Uint8Array => {
    const text = { network: JSON.stringify(plain.network), threshold: "0.5", version: "1" };
    return withTexts(Object.fromEntries(Object.entries(text).filter(([name]) => change(name))));
  };

  const withNetwork = (network: string): Uint8Array => withTexts({ network, threshold: "0.5", version: "1" });

  const withTexts = (metadata: Readonly<Record<string, string>>): Uint8Array =>
    encodeModel({
      ...{ name: "other", inputs: [], outputs: [], nodes: [] },
      initializers: Object.entries(plain.parameters).map(([name, values]) => ({
        name,
        type: "float32",
        shape: [values.length],
        bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
      })),
      metadata,
    });

  it.each([
    ["of another program", without((name) => name !== "network"), /without a network in its metadata/],
    ["without a threshold", without((name) => name !== "threshold"), /threshold/],
    [
      "of a model in integers",
      exportOnnx(quantize(plain, "int8")),
      /in integers, which does not hold the parameters; expected .*safetensors/,
    ],
    ["with a network that is no JSON", withNetwork("{"), /got damaged text/],
    ["with a network that is none", withNetwork('{"name": "a"}'), /at input: nothing/],
    [
      "with a network whose shapes do not fit",
      withNetwork(JSON.stringify({ ...plain.network, input: [1, 2, 2] })),
      /got a window of /,
    ],
    ["that is cut", exportOnnx(plain).subarray(0, 3000), /no whole ONNX model/],
  ])("is refused %s", (_name, bytes, sentence) => {
    expect(() => readModel(bytes, "model.onnx")).toThrow(CheckpointError);
    expect(() => readModel(bytes, "model.onnx")).toThrow(sentence);
  });

  it("with elements missing names the parameter", () => {
    const name = "readout.bias";
    const { network, parameters } = plain;
    const bytes = encodeModel({
      ...{ name: "other", inputs: [], outputs: [], nodes: [] },
      initializers: [{ name, type: "float32", shape: [3], bytes: new Uint8Array(8) }],
      metadata: { network: JSON.stringify(network), threshold: "0.5", version: "1" },
    });
    expect(() => readModel(bytes)).toThrow(/readout\.bias with 8 bytes/);
    expect(parameters[name]!.length).toBe(3);
  });
});
