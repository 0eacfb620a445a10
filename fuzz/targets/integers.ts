/** Model files: of networks in integers, and ONNX. */
import { exportOnnx } from "../../src/export/onnx.ts";
import { integersOf } from "../../src/integer/quantize.ts";
import { initialParameters } from "../../src/networks/initialize.ts";
import { encodeModelFile, readModel } from "../../src/networks/model-file.ts";
import { parseNetwork } from "../../src/networks/network.ts";
import { parametersOf } from "../../src/networks/plan.ts";
import { refusing } from "../refusing.ts";
import type { FuzzTarget } from "../target.ts";

const network = parseNetwork({
  name: "small",
  encoding: "sign",
  input: [1, 6, 6],
  classes: 3,
  layers: [
    { type: "conv2d", channels: 2, kernel: 3, padding: 1, pool: 2 },
    { type: "averagePool", size: 3 },
  ],
});

export const targets: readonly FuzzTarget[] = [
  {
    name: "integers",
    seeds: async () => {
      const parameters = initialParameters(parametersOf(network), 1);
      const integers = integersOf({ network, parameters }, "int4");
      return [encodeModelFile({ network, parameters, integers }, { threshold: 0.5, version: "1" })];
    },
    read: refusing((bytes) => readModel(bytes, "model.safetensors")),
  },
  {
    name: "onnx",
    seeds: async () => [exportOnnx({ network, parameters: initialParameters(parametersOf(network), 1) })],
    read: refusing((bytes) => readModel(bytes, "model.onnx")),
  },
];
