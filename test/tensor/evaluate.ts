/** Evaluation of an expression in tests. */
import type { Arrays } from "../../src/runtime/engine.ts";
import { createEngine } from "../../src/runtime/node.ts";
import { type LowerOptions, lower } from "../../src/tensor/lower.ts";
import type { Tensor } from "../../src/tensor/tensor.ts";

const engine = createEngine({ threads: 1 });

/** Evaluates an expression once. `feeds` may contain unused inputs. */
export const evaluate = async (
  expression: Tensor,
  feeds: Arrays = {},
  options: LowerOptions = {},
): Promise<number[]> => {
  const executable = await engine.compile(lower({ result: expression }, options));
  const needed = Object.entries(feeds).filter(([name]) => name in executable.program.inputs);
  const { result } = await executable.run(Object.fromEntries(needed));
  await executable.dispose();
  return Array.from(result!, Number);
};
