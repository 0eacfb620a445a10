/** Programs of a fixed number of rows. */
import { expect, test } from "vitest";
import { rowPrograms } from "../../src/inference/rows.ts";
import type { Engine } from "../../src/runtime/engine.ts";
import { add } from "../../src/tensor/elementwise.ts";
import { lower, type Program } from "../../src/tensor/lower.ts";
import { input } from "../../src/tensor/tensor.ts";

/** An engine whose first compilation fails. */
const failingOnce = () => {
  const seen = { compiled: 0, disposed: 0 };
  const engine: Engine = {
    ...{ device: "cpu", threads: 1 },
    async compile(program) {
      if (seen.compiled++ === 0) throw new Error("no memory");
      return { program, run: async () => ({}), dispose: async () => void seen.disposed++ };
    },
  };
  return { engine, seen };
};

const build = (rows: number): Program => lower({ y: add(input("x", [rows]), 1) });

test("a failed compilation is tried again, and freeing programs does not fail on it", async () => {
  const { engine, seen } = failingOnce();
  const programs = rowPrograms(engine, build, [2, 8]);
  await expect(programs.for(2)).rejects.toThrow("no memory");
  expect((await programs.for(2)).rows).toBe(2);
  expect(await programs.for(2)).toBe(await programs.for(1));
  expect(seen.compiled).toBe(2);
  await programs.dispose();
  expect(seen.disposed).toBe(1);
});

test("a compilation that fails while programs are freed", async () => {
  const { engine } = failingOnce();
  const programs = rowPrograms(engine, build, [2]);
  const failed = expect(programs.for(2)).rejects.toThrow("no memory");
  await programs.dispose();
  await failed;
});
