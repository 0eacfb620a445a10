/** Operators in place of those that WebGPU lacks have their values, on the CPU. */
import { expect, test } from "vitest";
import { createEngine } from "../../src/runtime/node.ts";
import { gpuOperators } from "../../src/tensor/gpu-operators.ts";
import { lower, type Outputs } from "../../src/tensor/lower.ts";
import { argmax } from "../../src/tensor/reduce.ts";
import { cast } from "../../src/tensor/select.ts";
import { logSoftmax } from "../../src/tensor/softmax.ts";
import { spaceToDepth } from "../../src/tensor/space-to-depth.ts";
import { input } from "../../src/tensor/tensor.ts";
import { uniform } from "../nn/draw.ts";

const engine = createEngine({ threads: 1 });

/** Values of the output y by the operators as they are, and by those in their place. */
const both = async (y: Outputs["y"], x: Float32Array) => {
  const programs = [{ y: y! }, gpuOperators({ y: y! })].map((outputs) => lower(outputs));
  const missing = programs.map(({ model }) => Buffer.from(model).toString("latin1"));
  const values = await Promise.all(
    programs.map(async (program) => {
      const executable = await engine.compile(program);
      const found = await executable.run({ x });
      await executable.dispose();
      return [...(found.y as Float32Array)];
    }),
  );
  return { before: missing[0]!, after: missing[1]!, plain: values[0]!, replaced: values[1]! };
};

test("the logarithm of softmax, of large numbers too", async () => {
  const x = Float32Array.of(...uniform("logits", 10, -3, 3), 1000, 999, -1000, 0, 5);
  const { before, after, plain, replaced } = await both(logSoftmax(input("x", [3, 5])), x);
  expect(before).toContain("LogSoftmax");
  expect(after).not.toContain("LogSoftmax");
  // One rounding of the sum's logarithm, one of the difference.
  for (const [k, value] of plain.entries())
    expect(Math.abs(replaced[k]! - value)).toBeLessThanOrEqual(2 ** -22 * Math.max(1, Math.abs(value)));
});

test("the index of the first maximum, among ties and negative numbers", async () => {
  const x = Float32Array.of(1, 3, 3, 2, -5, -4, -4, -9, 0, 0, 0, 0, 7, 1, 2, 7);
  const { before, after, plain, replaced } = await both(cast(argmax(input("x", [4, 4]), 1), "int32"), x);
  expect(before).toContain("ArgMax");
  expect(after).not.toContain("ArgMax");
  expect(plain).toEqual([1, 1, 0, 0]);
  expect(replaced).toEqual(plain);
});

test("space to depth", async () => {
  const x = Float32Array.from({ length: 2 * 3 * 4 * 6 }, (_, k) => k);
  const { before, after, plain, replaced } = await both(spaceToDepth(input("x", [2, 3, 4, 6]), 2), x);
  expect(before).toContain("SpaceToDepth");
  expect(after).not.toContain("SpaceToDepth");
  expect(replaced).toEqual(plain);
});
