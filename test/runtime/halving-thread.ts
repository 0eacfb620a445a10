/** A thread that halves numbers by the engine: see native-session.test.ts. */
import { parentPort } from "node:worker_threads";
import { createEngine } from "../../src/runtime/node.ts";
import { multiply } from "../../src/tensor/elementwise.ts";
import { lower } from "../../src/tensor/lower.ts";
import { input } from "../../src/tensor/tensor.ts";

const executable = await createEngine({ threads: 1 }).compile(lower({ y: multiply(0.5, input("x", [1])) }));

parentPort!.on("message", async (x: number) => {
  parentPort!.postMessage((await executable.run({ x: Float32Array.of(x) })).y![0]);
});
