/** Receptive fields, by what the field is for: a change outside it changes no output, one inside it may. */
import { describe, expect, test } from "vitest";
import { tracePass } from "../../src/inference/tracing/trace.ts";
import { mnistCnn } from "../../src/networks/catalogue.ts";
import type { NetworkDescription } from "../../src/networks/network.ts";
import { receptiveField } from "../../src/networks/receptive-field.ts";
import { layersInPass } from "../../src/networks/traced.ts";
import { createEngine } from "../../src/runtime/node.ts";
import { sizeOf } from "../../src/tensor/tensor.ts";
import { randomModel } from "../inference/models.ts";
import { uniform } from "../nn/draw.ts";

test("mnist-cnn: 6 x 6 pixels, 16 x 16, all", () => {
  const network = mnistCnn();
  // Map 3, row 2, column 5 of 12 x 12 windows: units in rows 4 and 5, columns 10 and 11.
  expect(receptiveField(network, "layers.0", (3 * 12 + 2) * 12 + 5)).toEqual({
    input: { top: 4, left: 10, bottom: 10, right: 16 },
  });
  expect(receptiveField(network, "layers.1", 4 * 1 + 3)).toEqual({
    "layers.0": { top: 2, left: 6, bottom: 8, right: 12 },
    input: { top: 4, left: 12, bottom: 20, right: 28 },
  });
  const all = (side: number) => ({ top: 0, left: 0, bottom: side, right: side });
  expect(receptiveField(network, "layers.2", 7)).toEqual({
    ...{ "layers.1": all(4), "layers.0": all(12), input: all(28) },
  });
  expect(receptiveField(network, "readout", 0)["layers.2"]).toEqual(all(1));
});

const engine = createEngine({ threads: 1 });
const ROUNDS = 3;

/** Of every layer, whether each element of its output may depend on each pixel, by changing pixels one at a time. */
const dependences = async (change: Partial<NetworkDescription>) => {
  const model = randomModel({ encoding: "real", neuron: "relu", ...change });
  const { network } = model;
  const depends = new Map<string, Uint8Array>();
  for (let round = 0; round < ROUNDS; round++) {
    const base = uniform(`image ${round}`, 36, 0, 1);
    const images = new Float32Array(37 * 36);
    for (let k = 0; k <= 36; k++) images.set(base, k * 36);
    for (let k = 0; k < 36; k++) images[k * 36 + k] = 3 - images[k * 36 + k]!;
    const { outputs } = await tracePass(engine, model, images, { seed: 1, pass: round });
    for (const { name, shape } of layersInPass(network)) {
      const size = sizeOf(shape);
      const found = depends.get(name) ?? new Uint8Array(size * 36);
      for (let unit = 0; unit < size; unit++)
        for (let pixel = 0; pixel < 36; pixel++)
          if (outputs[name]![pixel * size + unit] !== outputs[name]![36 * size + unit])
            found[unit * 36 + pixel] = 1;
      depends.set(name, found);
    }
  }
  return { network, depends };
};

describe.each<[string, Partial<NetworkDescription>]>([
  [
    "convolutions, padding, strides and pooling",
    {
      layers: [
        { type: "conv2d", channels: 3, kernel: 3, padding: 1 },
        { type: "conv2d", channels: 3, kernel: 3, stride: 2, padding: 1 },
        { type: "conv2d", channels: 2, kernel: 2, pool: 2 },
        { type: "dense", units: 3 },
      ],
    },
  ],
  [
    "a graph: batch normalization, a sum, a concatenation, pooling of all kinds",
    {
      layers: [
        { type: "conv2d", channels: 3, kernel: 3, name: "a" },
        { type: "batchNormalization", name: "b" },
        { type: "conv2d", channels: 3, kernel: 1, from: "a", name: "c" },
        { type: "add", from: ["b", "c"], name: "d" },
        { type: "concatenate", from: ["d", "c"], name: "e" },
        { type: "neurons", pool: 2, name: "f" },
        { type: "maxPool", size: 2, from: "e", name: "g" },
        { type: "averagePool", size: 2, from: "d", name: "h" },
        { type: "concatenate", from: ["f", "g", "h"], name: "i" },
        { type: "globalPool" },
      ],
    },
  ],
])("%s", (_name, change) => {
  test("no output depends on a pixel outside its field, and some depend on each side of it", async () => {
    const { network, depends } = await dependences(change);
    for (const { name, shape } of layersInPass(network)) {
      const found = depends.get(name)!;
      const sides = new Set<string>();
      for (let unit = 0; unit < sizeOf(shape); unit++) {
        const { top, left, bottom, right } = receptiveField(network, name, unit).input!;
        for (let pixel = 0; pixel < 36; pixel++) {
          if (found[unit * 36 + pixel] === 0) continue;
          const [row, column] = [Math.floor(pixel / 6), pixel % 6];
          expect(row >= top && row < bottom && column >= left && column < right, `${name}, ${unit}`).toBe(
            true,
          );
          if (row === top) sides.add("top");
          if (row === bottom - 1) sides.add("bottom");
          if (column === left) sides.add("left");
          if (column === right - 1) sides.add("right");
        }
      }
      expect(sides.size, name).toBe(4);
    }
  });
});
