import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { CheckpointError, ConfigError, DownloadError } from "../../src/errors.ts";
import { exportSafetensors } from "../../src/export/safetensors.ts";
import { UNSURE_SHARE } from "../../src/inference/unsure.ts";
import { quantize } from "../../src/integer/quantize.ts";
import { initialParameters } from "../../src/networks/initialize.ts";
import type { SpikeLayer } from "../../src/networks/integers/integers.ts";
import { loadModel, readModel } from "../../src/networks/model-file.ts";
import { parseNetwork } from "../../src/networks/network.ts";
import { parametersOf } from "../../src/networks/plan.ts";
import { decodeSafetensors, encodeSafetensors } from "../../src/storage/safetensors.ts";
import { packageVersion } from "../../src/version.ts";
import { MODELS, modelOf } from "../integer/models.ts";
import { uniform } from "../nn/draw.ts";

const network = parseNetwork({
  name: "small",
  encoding: "sign",
  input: [1, 6, 6],
  classes: 10,
  layers: [
    { type: "conv2d", channels: 3, kernel: 3 },
    { type: "dense", units: 5 },
  ],
});
const model = { network, parameters: initialParameters(parametersOf(network), 3) };
const classNames = [..."abcdefghij"];
const bytes = exportSafetensors(model, { classNames });

/** The file with other metadata. */
const withText = (change: (text: Record<string, string>) => Record<string, string>): Uint8Array => {
  const { tensors, metadata } = decodeSafetensors(bytes);
  return encodeSafetensors({ tensors, metadata: change({ ...metadata }) });
};

describe("a model file", () => {
  it("holds network, parameters, class names, threshold and version, and little else", () => {
    expect(readModel(bytes)).toEqual({
      ...model,
      classNames,
      threshold: UNSURE_SHARE * Math.log(10),
      version: packageVersion,
    });
    const numbers = Object.values(model.parameters).reduce((sum, { length }) => sum + length, 0);
    expect(bytes.length - 4 * numbers).toBeLessThan(5000);
    expect(exportSafetensors(model, { classNames })).toEqual(bytes);
  });

  it("needs no class names", () => {
    expect(readModel(exportSafetensors(model, { unsure: 0.5 }))).toEqual({
      ...model,
      threshold: 0.5 * Math.log(10),
      version: packageVersion,
    });
  });

  it("lets the bytes of the file go", () => {
    for (const array of Object.values(readModel(bytes).parameters))
      expect(array.buffer).not.toBe(bytes.buffer);
  });

  it.each<[string, () => Uint8Array, RegExp]>([
    [
      "a file without a network",
      () => withText(({ network: _, ...rest }) => rest),
      /a model file without a network/,
    ],
    ["a checkpoint of a run", () => withText(() => ({ network: "{}", step: "4" })), /the format "none"/],
    ["another format", () => withText((text) => ({ ...text, format: "x 2" })), /the format "x 2"/],
    ["a network that is no JSON", () => withText((text) => ({ ...text, network: "{" })), /damaged text/],
    [
      "a network that is none",
      () => withText((text) => ({ ...text, network: "{}" })),
      /network of digits.st/,
    ],
    ["no threshold", () => withText(({ threshold: _, ...rest }) => rest), /threshold/],
    ["class names that are no list", () => withText((text) => ({ ...text, classNames: "7" })), /classNames/],
    [
      "class names that are no JSON",
      () => withText((text) => ({ ...text, classNames: "[" })),
      /damaged text/,
    ],
    ["another size", () => bytes.subarray(0, bytes.length - 4), /safetensors|bytes|tensor/],
    ["nothing", () => new Uint8Array(0), /0 bytes/],
  ])("refuses %s", (_, file, words) => {
    const read = () => readModel(file(), "digits.st");
    expect(read).toThrow(CheckpointError);
    expect(read).toThrow(words);
    expect(read).toThrow(/^reading digits\.st: /);
  });

  it("refuses parameters that are missing, of another size or type", () => {
    const { tensors, metadata } = decodeSafetensors(bytes);
    const name = "readout.weight";
    const { [name]: weight, ...others } = tensors;
    const bias = tensors["readout.bias"]!;
    for (const changed of [
      others,
      { ...others, [name]: bias },
      { ...others, [name]: { shape: weight!.shape, data: new Int32Array(weight!.data.length) } },
    ])
      expect(() => readModel(encodeSafetensors({ tensors: changed, metadata }))).toThrow(CheckpointError);
  });
});

it.each([
  ["a path", "model.safetensors", /type string.*readModel\(await readFile\(path\)\)/],
  ["nothing", undefined, /type undefined/],
  ["null", null, /got null/],
  ["a buffer without a view", bytes.buffer, /type object.*Uint8Array/],
])("readModel refuses %s", (_what, value, words) => {
  expect(() => readModel(value as never)).toThrow(ConfigError);
  expect(() => readModel(value as never)).toThrow(words);
});

describe("loadModel", () => {
  const serve = async (status: number, body: Uint8Array): Promise<string> => {
    const server = createServer((_, response) => response.writeHead(status).end(body));
    await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
    onTestFinished(() => void server.close());
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/digits.safetensors`;
  };

  it("fetches a model file", async () => {
    expect(await loadModel(await serve(200, bytes))).toEqual(readModel(bytes));
  });

  it("refuses an address without one", async () => {
    const missing = await serve(404, new Uint8Array(0));
    await expect(loadModel(missing)).rejects.toThrow(DownloadError);
    await expect(loadModel(missing)).rejects.toThrow(/status 404/);
    await expect(loadModel("http://127.0.0.1:1/x")).rejects.toThrow(DownloadError);
    await expect(loadModel("http://127.0.0.1:1/x")).rejects.toThrow(/Check the address/);
    await expect(loadModel(await serve(200, Uint8Array.of(1, 2)))).rejects.toThrow(CheckpointError);
  });

  it.each(["model.safetensors", "../model.safetensors", "file:///model.safetensors"])(
    "names readModel for the path %s",
    async (path) => {
      await expect(loadModel(path)).rejects.toThrow(DownloadError);
      await expect(loadModel(path)).rejects.toThrow(/readModel\(await readFile\(path\)\)/);
    },
  );
});

describe("a model file of a network in integers", () => {
  it.each(Object.entries(MODELS))("holds it: %s", (_name, model) => {
    const quantized = quantize(model, "int4");
    const read = readModel(exportSafetensors(quantized));
    expect(read.integers).toEqual(quantized.integers);
    expect(read.parameters).toEqual(model.parameters);
  });

  it("holds factors of borders that are too large for the weights of a whole window", () => {
    const inputs = 700 * 25;
    const model = modelOf(
      {
        ...{ name: "wide", encoding: "sign", input: [700, 5, 5], classes: 2 },
        layers: [{ type: "conv2d", channels: 1, kernel: 5, padding: 2 }],
      },
      {
        "layers.0.weight": uniform("signs", inputs).map((w) => Math.sign(w) || 1),
        "layers.0.gain": Float32Array.of(5),
      },
    );
    const quantized = quantize(model, "int8");
    const { factor } = quantized.integers.layers[0] as SpikeLayer;
    expect(Math.max(...factor) * inputs * 127).toBeGreaterThan(2 ** 31);
    expect(readModel(exportSafetensors(quantized)).integers).toEqual(quantized.integers);
  });

  it("is refused if arrays are missing, out of their range or of another network", () => {
    const [first, second] = Object.values(MODELS).map((model) => quantize(model, "int8"));
    const { tensors, metadata } = decodeSafetensors(exportSafetensors(first!));
    const file = (change: Parameters<typeof encodeSafetensors>[0]["tensors"], text = metadata.integers!) =>
      encodeSafetensors({ tensors: { ...tensors, ...change }, metadata: { ...metadata, integers: text } });
    const factor = tensors["integers.layers.0.factor"]!;
    const large = { ...factor, data: (factor.data as Int32Array).map(() => 5000) };
    type Stored = typeof factor;
    const of100 = (tensor: Stored): Stored => ({
      ...tensor,
      data: new Int8Array(tensor.data.length).fill(100),
    });
    const largest = (tensor: Stored): Stored => ({
      ...tensor,
      data: new Int32Array(tensor.data.length).fill(2 ** 31 - 1),
    });
    const onPixels = decodeSafetensors(
      exportSafetensors(quantize(MODELS["real pixels, dense layers"]!, "int8")),
    );
    const gain = onPixels.tensors["integers.layers.0.gain"]!;
    expect(readModel(encodeSafetensors(onPixels)).integers).toBeDefined();
    const damaged = [
      file({}, "int2"),
      file({ "integers.layers.0.factor": large }),
      file({ "integers.layers.0.factor": { ...factor, data: (factor.data as Int32Array).map(() => 300) } }),
      file({ "integers.layers.0.bias": { ...factor, data: (factor.data as Int32Array).map(() => 2 ** 30) } }),
      file({ "integers.pixels": { shape: [1], data: Int32Array.of(1) } }),
      file({
        "integers.pixels": {
          ...tensors["integers.pixels"]!,
          data: new Int32Array(tensors["integers.pixels"]!.data.length).fill(40_000),
        },
      }),
      file({ "integers.layers.1.weight": of100(tensors["integers.layers.1.weight"]!) }, "int4"),
      encodeSafetensors({
        ...onPixels,
        tensors: {
          ...onPixels.tensors,
          "integers.layers.0.gain": largest(gain),
          "integers.layers.0.bias": largest(gain),
        },
      }),
    ];
    for (const bytes of damaged) expect(() => readModel(bytes)).toThrow(/Quantize the run again/);
    const other = decodeSafetensors(exportSafetensors(second!));
    const foreign = encodeSafetensors({
      tensors: { ...other.tensors, ...tensors },
      metadata: { ...other.metadata, integers: metadata.integers! },
    });
    expect(() => readModel(foreign)).toThrow(CheckpointError);
  });
});
