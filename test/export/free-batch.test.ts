import * as ort from "onnxruntime-node";
import { expect, it } from "vitest";
import { ConfigError } from "../../src/errors.ts";
import { freeBatch } from "../../src/export/free-batch.ts";
import { encodeModel, type OnnxGraph } from "../../src/onnx/model.ts";
import { broadcastTo, sum } from "../../src/tensor/broadcast.ts";
import { add, multiply } from "../../src/tensor/elementwise.ts";
import { part, reshape } from "../../src/tensor/layout.ts";
import { lowerGraph } from "../../src/tensor/lower.ts";
import { constant, input, type Tensor } from "../../src/tensor/tensor.ts";

/** y as an expression of x, [batch, 2]. */
const graph =
  (y: (x: Tensor, batch: number) => Tensor) =>
  (batch: number): OnnxGraph =>
    lowerGraph({ y: y(input("x", [batch, 2]), batch) }).graph;

const run = async (free: OnnxGraph, batch: number): Promise<ort.Tensor> => {
  const session = await ort.InferenceSession.create(encodeModel(free));
  const x = Float32Array.from({ length: 2 * batch }, (_, k) => k);
  return (await session.run({ x: new ort.Tensor("float32", x, [batch, 2]) })).y!;
};

it("frees reshapes, repetitions and slices by the batch", async () => {
  const free = freeBatch(
    graph((x, batch) => {
      const repeated = reshape(broadcastTo(x, [3, batch, 2]), [3 * batch, 2]);
      const ones = broadcastTo(constant(1, [1, 2]), [batch, 2]);
      return add(part(repeated, 0, batch, 2 * batch), ones);
    }),
  );
  expect(free.inputs[0]!.shape).toEqual(["batch", 2]);
  expect(free.outputs[0]!.shape).toEqual(["batch", 2]);
  for (const batch of [1, 2, 7]) {
    const { dims, data } = await run(free, batch);
    expect(dims).toEqual([batch, 2]);
    expect([...(data as Float32Array)]).toEqual(Array.from({ length: 2 * batch }, (_, k) => k + 1));
  }
});

it("names multiples of the batch", () => {
  const free = freeBatch(graph((x, batch) => reshape(broadcastTo(x, [4, batch, 2]), [4 * batch, 2])));
  expect(free.outputs[0]!.shape).toEqual(["4 batch", 2]);
});

it.each<[string, (x: Tensor, batch: number) => Tensor]>([
  ["a number that depends on the batch", (x, batch) => multiply(x, 1 / batch)],
  ["a size that is not proportional to it", (x, batch) => broadcastTo(sum(x), [batch + 1])],
  ["other operators for other batches", (x, batch) => (batch > 2 ? add(x, x) : multiply(x, x))],
  ["more operators for other batches", (x, batch) => (batch > 2 ? add(add(x, 1), 1) : add(x, 1))],
])("refuses %s", (_, y) => {
  expect(() => freeBatch(graph(y))).toThrow(ConfigError);
});
