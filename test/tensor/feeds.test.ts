import { describe, expect, test } from "vitest";
import { createEngine } from "../../src/runtime/node.ts";
import { sum } from "../../src/tensor/broadcast.ts";
import { add, multiply } from "../../src/tensor/elementwise.ts";
import { gradient } from "../../src/tensor/gradient.ts";
import { slice } from "../../src/tensor/layout.ts";
import { lower } from "../../src/tensor/lower.ts";
import { input } from "../../src/tensor/tensor.ts";
import { evaluate } from "./evaluate.ts";

const x = input("x", [4, 3]);
const rows = (start: number, end: number) => slice(x, [start, 0], [end, 3]);
const values = Float32Array.from({ length: 12 }, (_, k) => k);

describe("rows of an input", () => {
  test("are read where they lie: they are inputs of the model, and the whole is none", () => {
    const { inputs, feeds } = lower({ y: add(rows(0, 2), rows(2, 4)) });
    expect(Object.keys(inputs)).toEqual(["x"]);
    expect(feeds.map(({ input, start, tensor }) => [input, start, tensor.shape])).toEqual([
      ["x", 0, [2, 3]],
      ["x", 6, [2, 3]],
    ]);
  });

  test("have their values, in more than one run, beside the whole", async () => {
    const engine = createEngine({ threads: 1 });
    const executable = await engine.compile(lower({ y: add(rows(0, 2), rows(2, 4)), whole: add(x, 1) }));
    for (const factor of [1, 10]) {
      const { y, whole } = await executable.run({ x: values.map((value) => factor * value) });
      expect([...y!]).toEqual([6, 8, 10, 12, 14, 16].map((value) => factor * value));
      expect([...whole!]).toEqual([...values].map((value) => factor * value + 1));
    }
    await executable.dispose();
  });

  test("taken twice are one input; an input that is an output itself is fed whole", async () => {
    const { feeds } = lower({ y: add(rows(0, 2), multiply(2, rows(0, 2))) });
    expect(feeds).toHaveLength(1);
    expect(await evaluate(add(rows(0, 2), multiply(2, rows(0, 2))), { x: values })).toEqual([
      0, 3, 6, 9, 12, 15,
    ]);
    const engine = createEngine({ threads: 1 });
    const executable = await engine.compile(lower({ same: x, y: multiply(2, rows(2, 3)) }));
    const { same, y } = await executable.run({ x: values });
    expect([[...same!], [...y!]]).toEqual([[...values], [12, 14, 16]]);
    await executable.dispose();
  });

  test("of an input that is bound, and other parts than rows, are cut by the model", async () => {
    const { feeds } = lower({ y: slice(x, [0, 1], [4, 2]) });
    expect(feeds.map(({ name }) => name)).toEqual(["x"]);
    expect(await evaluate(rows(1, 2), {}, { bound: { x: values } })).toEqual([3, 4, 5]);
  });

  test("pass a gradient on to the whole", async () => {
    const [slope] = gradient(sum(multiply(rows(1, 3), rows(2, 4))), [x]);
    expect(await evaluate(slope!, { x: values })).toEqual([0, 0, 0, 6, 7, 8, 12, 14, 16, 6, 7, 8]);
  });
});
