/**
 * Values and gradients of the operators against PyTorch: test/fixtures/operators.json, made by
 * scripts/make-operator-fixtures.py.
 */
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as z from "zod";
import { createEngine } from "../../src/runtime/node.ts";
import { broadcastTo, sum } from "../../src/tensor/broadcast.ts";
import { conv2d, convTranspose2d, windowsOf } from "../../src/tensor/convolution.ts";
import * as elementwise from "../../src/tensor/elementwise.ts";
import { gemm } from "../../src/tensor/gemm.ts";
import { pullback } from "../../src/tensor/gradient.ts";
import { concat, pad, reshape, reverse, slice, transpose } from "../../src/tensor/layout.ts";
import { lower } from "../../src/tensor/lower.ts";
import { matmul } from "../../src/tensor/matmul.ts";
import { averagePool2d, maximumOfParts, maxPool2d } from "../../src/tensor/pool.ts";
import { max, mean, norm } from "../../src/tensor/reduce.ts";
import { where } from "../../src/tensor/select.ts";
import { logSoftmax, softmax } from "../../src/tensor/softmax.ts";
import { depthToSpace, spaceToDepth } from "../../src/tensor/space-to-depth.ts";
import { take } from "../../src/tensor/take.ts";
import { constant, input, type Tensor } from "../../src/tensor/tensor.ts";
import { convolveInOrder } from "../../src/tensor/window-convolution.ts";

/**
 * Tolerance, relative to the largest magnitude of a tensor. The references are exact to float32. No element
 * here sums more than 75 terms, which rounds by at most 75 x 2^-24 = 4.5e-6 of the sum of their magnitudes;
 * elementary functions are accurate to a few ulp (6e-8 each).
 */
const TOLERANCE = 1e-5;

const numbers = z.array(z.number());
const array = z.object({ shape: numbers, values: numbers, type: z.literal("bool").optional() });
const attributes = z.object({
  strides: z.tuple([z.number(), z.number()]),
  pads: z.tuple([z.number(), z.number(), z.number(), z.number()]),
  dilations: z.tuple([z.number(), z.number()]),
  groups: z.number(),
  kernel: z.tuple([z.number(), z.number()]),
  axes: numbers,
  keepDims: z.boolean(),
  axis: z.number(),
  shape: numbers,
  permutation: numbers,
  starts: numbers,
  ends: numbers,
  steps: numbers,
  before: numbers,
  after: numbers,
  value: z.number(),
  transA: z.boolean(),
  transB: z.boolean(),
  image: z.tuple([z.number(), z.number()]),
  window: numbers,
  indices: numbers,
  block: z.number(),
  order: numbers,
  count: z.number(),
});
const fixture = z.object({
  op: z.string(),
  attributes: attributes.partial(),
  inputs: z.array(array),
  output: array,
  cotangent: array,
  gradients: z.array(array.nullable()),
});
/** Attributes of all operators, typed as present: a case has those of its own operator, and no others are read. */
type Attributes = z.infer<typeof attributes>;

const file = new URL("../fixtures/operators.json", import.meta.url);
const cases = z.array(fixture).parse(JSON.parse(readFileSync(file, "utf8")));

type Build = (inputs: readonly Tensor[], given: Attributes) => Tensor;
const unary =
  (f: (x: Tensor) => Tensor): Build =>
  ([x]) =>
    f(x!);
const binary =
  (f: (a: Tensor, b: Tensor) => Tensor): Build =>
  ([a, b]) =>
    f(a!, b!);

const operators: Readonly<Record<string, Build>> = {
  add: binary(elementwise.add),
  subtract: binary(elementwise.subtract),
  multiply: binary(elementwise.multiply),
  divide: binary(elementwise.divide),
  maximum: binary(elementwise.maximum),
  minimum: binary(elementwise.minimum),
  negate: unary(elementwise.negate),
  abs: unary(elementwise.abs),
  exp: unary(elementwise.exp),
  log: unary(elementwise.log),
  sqrt: unary(elementwise.sqrt),
  erf: unary(elementwise.erf),
  tanh: unary(elementwise.tanh),
  cos: unary(elementwise.cos),
  sigmoid: unary(elementwise.sigmoid),
  relu: unary(elementwise.relu),
  sign: unary(elementwise.sign),
  square: unary(elementwise.square),
  matmul: binary(matmul),
  gemm: ([a, b], { transA, transB }) => gemm(a!, b!, { transA, transB }),
  conv2d: ([x, w, bias], { strides, pads, dilations, groups }) =>
    conv2d(x!, w!, { strides, pads, dilations, groups }, bias),
  convTranspose2d: ([y, w], { image, strides, pads, dilations, groups }) =>
    convTranspose2d(y!, w!, image, { strides, pads, dilations, groups }),
  convolveInOrder: ([x, w, bias], { order }) => convolveInOrder(x!, w!, bias!, order),
  windowsOf: ([x], { window, strides }) => windowsOf(x!, window, { strides }),
  maximumOfParts: ([x], { count }) => maximumOfParts(x!, count),
  maxPool2d: ([x], { kernel, strides, pads }) => maxPool2d(x!, { kernel, strides, pads }),
  averagePool2d: ([x], { kernel, strides, pads }) => averagePool2d(x!, { kernel, strides, pads }),
  sum: ([x], { axes, keepDims }) => sum(x!, axes, keepDims),
  mean: ([x], { axes, keepDims }) => mean(x!, axes, keepDims),
  max: ([x], { axes, keepDims }) => max(x!, axes, keepDims),
  norm: ([x], { axes, keepDims }) => norm(x!, axes, keepDims),
  softmax: ([x], { axis }) => softmax(x!, axis),
  logSoftmax: ([x], { axis }) => logSoftmax(x!, axis),
  reshape: ([x], { shape }) => reshape(x!, shape),
  transpose: ([x], { permutation }) => transpose(x!, permutation),
  slice: ([x], { starts, ends, steps }) => slice(x!, starts, ends, steps),
  concat: (parts, { axis }) => concat(parts, axis),
  pad: ([x], { before, after, value }) => pad(x!, before, after, value),
  reverse: ([x], { axes }) => reverse(x!, axes),
  take: ([x], { axis, indices }) => take(x!, axis, indices),
  spaceToDepth: ([x], { block }) => spaceToDepth(x!, block),
  depthToSpace: ([x], { block }) => depthToSpace(x!, block),
  where: ([condition, a, b]) => where(condition!, a!, b!),
  broadcastTo: ([x], { shape }) => broadcastTo(x!, shape),
};

const engine = createEngine({ threads: 1 });

const expectClose = (what: string, actual: ArrayLike<unknown>, expected: readonly number[]): void => {
  expect(actual.length, what).toBe(expected.length);
  const scale = Math.max(...expected.map(Math.abs));
  const errors = expected.map((value, k) => Math.abs(Number(actual[k]) - value));
  expect(Math.max(...errors), `largest error of the ${what}, of ${scale}`).toBeLessThanOrEqual(
    TOLERANCE * scale,
  );
};

const titled = cases.map((subject) => {
  const shapes = subject.inputs.map(({ shape }) => `[${shape.join()}]`).join(" ");
  return { title: `${subject.op} ${shapes} ${JSON.stringify(subject.attributes)}`, subject };
});

test.each(titled)("$title", async ({ subject: { op, attributes, inputs, output, cotangent, gradients } }) => {
  const xs = inputs.map(({ shape, type }, k) => input(`x${k}`, shape, type ?? "float32"));
  const y = operators[op]!(xs, attributes as Attributes);
  expect(y.shape).toEqual(output.shape);
  const wanted = gradients.flatMap((values, k) => (values ? [{ k, values }] : []));
  const pulled = pullback(
    [y],
    [constant(Float32Array.from(cotangent.values), cotangent.shape)],
    wanted.map(({ k }) => xs[k]!),
  );
  const executable = await engine.compile(
    lower({ y, ...Object.fromEntries(pulled.map((tensor, k) => [`g${k}`, tensor])) }),
  );
  const feeds = inputs.map(({ values, type }, k) => [
    `x${k}`,
    type === "bool" ? Uint8Array.from(values) : Float32Array.from(values),
  ]);
  const taken = feeds.filter(([name]) => (name as string) in executable.program.inputs);
  const results = await executable.run(Object.fromEntries(taken));
  await executable.dispose();
  expectClose("output", results.y!, output.values);
  for (const [position, { k, values }] of wanted.entries()) {
    expect(pulled[position]!.shape).toEqual(values.shape);
    expectClose(`gradient of input ${k}`, results[`g${position}`]!, values.values);
  }
});

/** Exports of src/tensor without a case here, by reason. */
const EXCEPTIONS: Readonly<Record<string, readonly string[]>> = {
  "makes, differentiates or compiles expressions": [
    "feedsOf",
    "input",
    "constant",
    "asTensor",
    "apply",
    "topologicalOrder",
    "gradient",
    "pullback",
    "stopGradient",
    "withGradient",
    "lower",
    "lowerGraph",
  ],
  "speaks of shapes, or refuses them": [
    "show",
    "sizeOf",
    "sizesOf",
    "sameShape",
    "axisOf",
    "axesOf",
    "broadcastShapes",
    "reducedShape",
    "windowCount",
    "geometryOf",
    "refuseShapes",
    "requireRank",
    "requireType",
    "requireWhole",
    "requireElements",
    "allocateElements",
  ],
  "is the gradient of an operator, which has cases": [
    ...["sumTo", "inputGradient", "weightGradient", "dilate"],
    ...["weightGradientByColumns", "weightGradientByWindows"],
  ],
  "is slice along one axis, which has cases": ["part", "equalParts"],
  "is broadcastTo along an axis of its own, which has cases": ["repeatedRows"],
  "is a part of convolveInOrder and of convolutions' gradients, which have cases": [
    "pixels",
    "windowRows",
    "filterRows",
    "fromRows",
  ],
  "passes no gradient: see values.test.ts": [
    "greater",
    "greaterEqual",
    "less",
    "lessEqual",
    "equal",
    "cast",
    "argmax",
  ],
  "draws numbers of its own": ["randomUniform"],
  "has no gradient: see exact.test.ts": [
    ...["exactSum", "exactDifference", "exactProduct", "exactQuotient", "floor", "exactRoot", "clamped"],
    ...["lookUp", "byteProduct", "requantizedProduct", "exactMatrixProduct", "paddedBytes"],
  ],
  "replaces operators of a graph: see gpu-operators.test.ts": ["gpuOperators", "rewrite"],
  "rounds what has been differentiated: see denormals.test.ts": ["flush", "flushProducts"],
  "is conv2d in another layout: see blocked-convolution.test.ts": ["blockConvolutions", "blockedConvolution"],
};

test("the fixtures cover every operator of src/tensor", async () => {
  const folder = new URL("../../src/tensor/", import.meta.url);
  const modules = await Promise.all(readdirSync(folder).map((file) => import(new URL(file, folder).href)));
  const exported = modules.flatMap((module) =>
    Object.keys(module).filter((name) => typeof module[name] === "function"),
  );
  const covered = [...new Set(cases.map(({ op }) => op)), ...Object.values(EXCEPTIONS).flat()];
  expect(covered.sort()).toEqual(exported.sort());
});
