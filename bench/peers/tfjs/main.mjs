/** The tfjs peer of the benchmark: answers the line protocol of ../peer.ts, like ../pytorch/main.py. */
import { createInterface } from "node:readline";

const THREADS = 2;
const say = (answer) => process.stdout.write(`${JSON.stringify(answer)}\n`);

const prepare = async () => {
  const { startBackend } = await import("./backend.mjs");
  const { makeStep } = await import("./nsm.mjs");
  const { tf, threads } = await startBackend(THREADS);
  const step = makeStep(tf);
  step();
  say({ ready: true, name: "nsm", threads, library: `tfjs-wasm ${tf.version_core}`, blas: "xnnpack" });
  return step;
};

const run = (step, count) => {
  const ms = [];
  let loss = null;
  for (let i = 0; i < count; i++) {
    const start = performance.now();
    loss = step();
    ms.push(performance.now() - start);
  }
  return { ms, loss };
};

let step;
try {
  step = await prepare();
} catch (error) {
  say({ ready: false, error: String(error?.message ?? error).split("\n", 1)[0] });
  process.exit(1);
}
for await (const line of createInterface({ input: process.stdin })) {
  const [command, count] = line.split(" ");
  if (command === "exit") break;
  say(run(step, Number(count)));
}
// The backend's idle threads would keep the process alive.
process.exit(0);
