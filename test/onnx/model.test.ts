/** Models from encodeModel are valid ONNX: the official schema decodes them and ONNX Runtime runs them. */
import { fromBinary } from "@bufbuild/protobuf";
import * as ort from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { encodeModel, type OnnxGraph, type OnnxInitializer, onnxTypeCode } from "../../src/onnx/model.ts";
import {
  AttributeProto_AttributeType,
  type ModelProto,
  ModelProtoSchema,
  TensorProto_DataType,
} from "../../src/onnx/schema/onnx_pb.ts";

const bytesOf = (array: ArrayBufferView): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

/** Every element type, with values that a wrong width or byte order would change. */
const initializers: readonly (OnnxInitializer & { readonly values: readonly number[] })[] = [
  { type: "float32", array: Float32Array.of(0.1, -2, 3e38) },
  { type: "int64", array: BigInt64Array.of(-1n, 2n ** 40n, 3n) },
  { type: "int32", array: Int32Array.of(-1, 2 ** 30, 3) },
  { type: "uint8", array: Uint8Array.of(0, 127, 255) },
  { type: "bool", array: Uint8Array.of(1, 0, 1) },
].map(({ type, array }) => ({
  name: `${type}s`,
  type: type as OnnxInitializer["type"],
  shape: [3, 1],
  bytes: bytesOf(array),
  values: Array.from<number | bigint, number>(array, Number),
}));

/**
 * Attributes of every kind, a symbolic dimension, documentation and metadata; constants of every type as
 * outputs.
 */
const graph: OnnxGraph = {
  name: "everything",
  documentation: "What the graph does: Größe ≤ 1.",
  metadata: { network: '{"layers":2}', empty: "" },
  inputs: [{ name: "image", type: "float32", shape: ["batch", 4, 1, 2] }],
  outputs: [
    { name: "shuffled", type: "float32", shape: ["batch", 1, 2, 4] },
    { name: "winner", type: "int64", shape: ["batch", 1, 2] },
    { name: "turned", type: "float32", shape: [2, 1, 4, "batch"] },
    ...initializers.map(({ name, type, shape }) => ({ name: `${name} again`, type, shape })),
  ],
  initializers,
  nodes: [
    { operator: "LeakyRelu", inputs: ["image"], outputs: ["leaky"], attributes: { alpha: { float: 0.25 } } },
    {
      operator: "DepthToSpace",
      inputs: ["leaky"],
      outputs: ["shuffled"],
      attributes: { blocksize: { int: 2 }, mode: { string: "CRD" } },
    },
    {
      operator: "ArgMax",
      inputs: ["leaky"],
      outputs: ["winner"],
      attributes: { axis: { int: -3 }, keepdims: { int: 0 } },
    },
    {
      operator: "Transpose",
      inputs: ["leaky"],
      outputs: ["turned"],
      attributes: { perm: { ints: [3, 2, 1, 0] } },
    },
    ...initializers.map(({ name }) => ({
      operator: "Identity",
      inputs: [name],
      outputs: [`${name} again`],
      attributes: {},
    })),
  ],
};

describe("decoded by the official schema", () => {
  const model: ModelProto = fromBinary(ModelProtoSchema, encodeModel(graph));

  test("the model says which version of the format and of the operators it uses, and who made it", () => {
    expect([model.irVersion, model.producerName]).toEqual([8n, "neural-sampling"]);
    expect(model.opsetImport.map(({ domain, version }) => [domain, version])).toEqual([["", 17n]]);
  });

  test("documentation and metadata", () => {
    expect(model.graph?.docString).toBe(graph.documentation);
    expect(model.metadataProps.map(({ key, value }) => [key, value])).toEqual(
      Object.entries(graph.metadata!),
    );
  });

  test("inputs and outputs, with free dimensions by name", () => {
    const values = (model.graph?.input ?? []).concat(model.graph?.output ?? []);
    const shapes = values.map(({ name, type }) => {
      if (type?.value.case !== "tensorType") throw new Error("not a tensor");
      const { elemType, shape } = type.value.value;
      return [name, elemType, shape?.dim.map(({ value }) => [value.case, value.value])];
    });
    const expected = [...graph.inputs, ...graph.outputs].map(({ name, type, shape }) => [
      name,
      onnxTypeCode(type),
      shape.map((size) => (typeof size === "string" ? ["dimParam", size] : ["dimValue", BigInt(size)])),
    ]);
    expect(shapes).toEqual(expected);
  });

  test("attributes of every kind", () => {
    const { FLOAT, INT, INTS, STRING } = AttributeProto_AttributeType;
    const attributes = model.graph!.node.flatMap(({ attribute }) =>
      attribute.map(({ name, type, f, i, ints, s }) => [
        name,
        type,
        { f, i, ints, s: new TextDecoder().decode(s) },
      ]),
    );
    const none = { f: 0, i: 0n, ints: [], s: "" };
    expect(attributes).toEqual([
      ["alpha", FLOAT, { ...none, f: 0.25 }],
      ["blocksize", INT, { ...none, i: 2n }],
      ["mode", STRING, { ...none, s: "CRD" }],
      ["axis", INT, { ...none, i: -3n }],
      ["keepdims", INT, { ...none, i: 0n }],
      ["perm", INTS, { ...none, ints: [3n, 2n, 1n, 0n] }],
    ]);
  });

  test("nodes of different names", () => {
    const names = model.graph!.node.map(({ name }) => name);
    expect(new Set(names).size).toBe(graph.nodes.length);
    expect(model.graph!.node.map(({ opType, input, output }) => [opType, input, output])).toEqual(
      graph.nodes.map(({ operator, inputs, outputs }) => [operator, inputs, outputs]),
    );
  });

  test("initializers of every element type", () => {
    const { FLOAT, INT64, INT32, UINT8, BOOL } = TensorProto_DataType;
    const tensors = model.graph!.initializer;
    expect(tensors.map(({ dataType }) => dataType)).toEqual([FLOAT, INT64, INT32, UINT8, BOOL]);
    for (const [k, { name, dims, rawData }] of tensors.entries())
      expect([name, dims, rawData]).toEqual([initializers[k]!.name, [3n, 1n], initializers[k]!.bytes]);
  });
});

describe("run by ONNX Runtime", () => {
  const open = (model: OnnxGraph) =>
    ort.InferenceSession.create(encodeModel(model), { intraOpNumThreads: 1 });
  const image = (batch: number): ort.Tensor => {
    const pixels = Float32Array.from({ length: batch * 8 }, (_, k) => (k % 2 ? -4 : 4) * ((k % 8) + 1));
    return new ort.Tensor("float32", pixels, [batch, 4, 1, 2]);
  };

  test.each([1, 3])("attributes and a free dimension of %i", async (batch) => {
    const session = await open(graph);
    const { shuffled, winner, turned } = await session.run({ image: image(batch) });
    expect(shuffled!.dims).toEqual([batch, 1, 2, 4]);
    // leaky [4, -2, 12, -4, 20, -6, 28, -8]; CRD: channel 2 a + b of a pixel goes to its row a, column b
    expect(Array.from(shuffled!.data as Float32Array).slice(0, 8)).toEqual([4, 12, -2, -4, 20, 28, -6, -8]);
    expect(Array.from(winner!.data as BigInt64Array).slice(0, 2)).toEqual([3n, 0n]);
    expect(turned!.dims).toEqual([2, 1, 4, batch]);
    expect(turned!.data[batch]).toBe(12);
    await session.release();
  });

  test("initializers of every element type", async () => {
    const session = await open(graph);
    const results = await session.run({ image: image(1) });
    for (const { name, type, values } of initializers) {
      const { type: found, dims, data } = results[`${name} again`]!;
      expect([found, dims, Array.from(data as Iterable<number>, Number)]).toEqual([type, [3, 1], values]);
    }
    await session.release();
  });

  test("a scalar, and a vector without elements", async () => {
    const session = await open({
      name: "reshape",
      inputs: [{ name: "x", type: "float32", shape: [1, 1] }],
      outputs: [{ name: "y", type: "float32", shape: [] }],
      initializers: [
        { name: "scalar", type: "float32", shape: [], bytes: bytesOf(Float32Array.of(2)) },
        { name: "none", type: "int64", shape: [0], bytes: new Uint8Array(0) },
      ],
      nodes: [
        { operator: "Mul", inputs: ["x", "scalar"], outputs: ["twice"], attributes: {} },
        { operator: "Reshape", inputs: ["twice", "none"], outputs: ["y"], attributes: {} },
      ],
    });
    const { y } = await session.run({ x: new ort.Tensor("float32", Float32Array.of(3), [1, 1]) });
    expect([y!.dims, y!.data[0]]).toEqual([[], 6]);
    await session.release();
  });
});
