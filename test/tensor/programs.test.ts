/** Compilation of expressions: names, bound inputs, and arrays that do not fit. */
import { describe, expect, test } from "vitest";
import { ConfigError } from "../../src/errors.ts";
import type { Arrays } from "../../src/runtime/engine.ts";
import { createEngine } from "../../src/runtime/node.ts";
import { sum } from "../../src/tensor/broadcast.ts";
import { add, exp, multiply } from "../../src/tensor/elementwise.ts";
import { reshape } from "../../src/tensor/layout.ts";
import { lower, type Outputs } from "../../src/tensor/lower.ts";
import { cast, where } from "../../src/tensor/select.ts";
import { constant, input, type Tensor, type TypedArray } from "../../src/tensor/tensor.ts";

const engine = createEngine({ threads: 1 });
const x = input("x", [2, 2]);
const values = Float32Array.of(1, 2, 3, 4);

const refusal = async (act: () => unknown): Promise<string> => {
  const error = await Promise.resolve()
    .then(act)
    .then(
      () => undefined,
      (cause: unknown) => cause,
    );
  expect(error).toBeInstanceOf(ConfigError);
  return (error as ConfigError).message;
};

const run = async (outputs: Outputs, inputs: Arrays, bound: Readonly<Record<string, TypedArray>> = {}) => {
  const executable = await engine.compile(lower(outputs, { bound }));
  const results = await executable.run(inputs);
  await executable.dispose();
  return Object.fromEntries(
    Object.entries(results).map(([name, array]) => [name, Array.from(array, Number)]),
  );
};

describe("names", () => {
  const y = exp(x);
  test.each<[string, Outputs, string]>([
    [
      "two inputs of one name",
      { sum: add(x, input("x", [2, 2])) },
      'two inputs or outputs named "x"; expected one tensor a name',
    ],
    ["an output named as an input", { x: exp(x) }, 'two inputs or outputs named "x"'],
    ["an input named as an output", { x }, 'two inputs or outputs named "x"'],
    ["an input without a name", { y: exp(input("", [1])) }, 'an input or output named ""; expected a name'],
    ["an output without a name", { "": y }, 'an input or output named ""'],
    ["the names that programs make up", { y: exp(input("#1", [1])) }, 'an input or output named "#1"'],
  ])("may not be %s", async (_, outputs, message) => {
    expect(await refusal(() => lower(outputs))).toContain(`program: got ${message}`);
  });

  test("may be one tensor's twice, and a program's own input or constant", async () => {
    const outputs = { first: x, second: x, three: constant(3), sum: sum(x), again: sum(x) };
    expect(await run(outputs, { x: values })).toEqual({
      first: [1, 2, 3, 4],
      second: [1, 2, 3, 4],
      three: [3],
      sum: [10],
      again: [10],
    });
    const total = sum(x);
    expect(await run({ one: total, two: total }, { x: values })).toEqual({ one: [10], two: [10] });
  });

  test("may look like numbers or like properties of objects", async () => {
    const odd = input("constructor", [1]);
    const outputs = { "1": multiply(odd, 2), "0": multiply(odd, 3) };
    expect(await run(outputs, { constructor: Float32Array.of(5) } as unknown as Arrays)).toEqual({
      "0": [15],
      "1": [10],
    });
  });
});

describe("bound inputs", () => {
  test("become part of the program", async () => {
    const program = lower({ y: add(x, input("offset", [])) }, { bound: { offset: Float32Array.of(5) } });
    expect(Object.keys(program.inputs)).toEqual(["x"]);
    const executable = await engine.compile(program);
    expect(Array.from((await executable.run({ x: values })).y!, Number)).toEqual([6, 7, 8, 9]);
  });

  test("may be an output, and of any type", async () => {
    const [mask, index] = [input("mask", [2], "bool"), input("index", [2], "int64")];
    const bound = { mask: Uint8Array.of(1, 0), index: BigInt64Array.of(7n, 8n) };
    const outputs = { picked: where(mask, 1, 2), copy: index, sum: add(cast(index, "float32"), 0.5) };
    expect(await run(outputs, {}, bound)).toEqual({ picked: [1, 2], copy: [7, 8], sum: [7.5, 8.5] });
  });

  test("may be a part of a larger buffer", async () => {
    const part = Float32Array.of(0, 1, 2, 3, 4, 5).subarray(1, 5);
    expect(await run({ y: sum(x) }, {}, { x: part })).toEqual({ y: [10] });
  });

  test("hold exactly the elements of the input", async () => {
    const bind = (array: TypedArray) => refusal(() => lower({ y: exp(x) }, { bound: { x: array } }));
    expect(await bind(new Float32Array(3))).toBe(
      'program, bound input "x": got Float32Array(3); expected Float32Array(4) for shape [2, 2] of type float32. Give an array of that kind and length.',
    );
    expect(await bind(new Int32Array(4))).toContain("got Int32Array(4); expected Float32Array(4)");
  });
});

describe("arrays of a run", () => {
  const compiled = (tensor: Tensor) => engine.compile(lower({ y: tensor }));

  test("are all that the program takes, and nothing else", async () => {
    const executable = await compiled(exp(x));
    const attempt = (inputs: object, into: object = {}) =>
      refusal(() => executable.run(inputs as Arrays, into as Arrays));
    const subject = 'running a program, "x": got';
    const wanted =
      "expected Float32Array(4) for shape [2, 2] of type float32. Give an array of that kind and length.";
    expect(await attempt({})).toBe(`${subject} nothing; ${wanted}`);
    expect(await attempt({ x: undefined })).toBe(`${subject} nothing; ${wanted}`);
    expect(await attempt({ x: new Float32Array(3) })).toBe(`${subject} Float32Array(3); ${wanted}`);
    expect(await attempt({ x: new Float32Array(5) })).toBe(`${subject} Float32Array(5); ${wanted}`);
    expect(await attempt({ x: new Float64Array(4) })).toBe(`${subject} Float64Array(4); ${wanted}`);
    expect(await attempt({ x: [1, 2, 3, 4] })).toBe(`${subject} Array(4); ${wanted}`);
    expect(await attempt({ x: values, w: values })).toBe(
      'running a program: got an array named "w"; expected the program\'s own inputs and outputs. Drop it, or correct its name.',
    );
    expect(await attempt({ x: values }, { y: new Float32Array(3) })).toContain('"y": got Float32Array(3)');
    expect(await attempt({ x: values }, { z: new Float32Array(4) })).toContain('an array named "z"');
    expect(Array.from((await executable.run({ x: values })).y!, Number)).toHaveLength(4);
  });

  test("are written in place where the caller gives them", async () => {
    const executable = await compiled(multiply(x, 2));
    const y = new Float32Array(4);
    const results = await executable.run({ x: values }, { y });
    expect(results.y).toBe(y);
    expect(Array.from(y)).toEqual([2, 4, 6, 8]);
  });

  test("keep the element type of the output", async () => {
    const outputs = {
      bool: cast(x, "bool"),
      int64: cast(x, "int64"),
      int32: cast(x, "int32"),
      uint8: cast(x, "uint8"),
    };
    const executable = await engine.compile(lower(outputs));
    const { bool, int64, int32, uint8 } = await executable.run({ x: values });
    expect([bool, int64, int32, uint8]).toEqual([
      Uint8Array.of(1, 1, 1, 1),
      BigInt64Array.of(1n, 2n, 3n, 4n),
      Int32Array.of(1, 2, 3, 4),
      Uint8Array.of(1, 2, 3, 4),
    ]);
  });

  test("may be scalars", async () => {
    const executable = await compiled(reshape(add(input("s", []), sum(x)), []));
    expect(Array.from((await executable.run({ s: Float32Array.of(1), x: values })).y!, Number)).toEqual([11]);
  });
});
