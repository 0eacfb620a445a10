/** Threads of the host's own that load ONNX Runtime at once, as a program of its own: for telemetry.test.ts. */
import { once } from "node:events";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";

const THREADS = 6;

if (isMainThread) {
  const before = process.env.ORT_DISABLE_TELEMETRY ?? null;
  const arrived = new Int32Array(new SharedArrayBuffer(4));
  // Each thread loads the sources by itself; nothing here does, so that they share no state.
  const code = `import(${JSON.stringify(import.meta.resolve("tsx/esm/api"))}).then(({ register }) => {
    register(); return import(${JSON.stringify(import.meta.url)}); });`;
  const workers = Array.from(
    { length: THREADS },
    () => new Worker(code, { eval: true, workerData: arrived }),
  );
  const addresses = await Promise.all(workers.map(async (worker) => (await once(worker, "message"))[0]));
  const after = process.env.ORT_DISABLE_TELEMETRY ?? null;
  console.log(JSON.stringify({ before, after, environments: new Set(addresses).size }));
} else {
  const { ortLibrary } = await import("../../src/runtime/ort-c-api.ts");
  const arrived = workerData as Int32Array;
  Atomics.add(arrived, 0, 1);
  Atomics.notify(arrived, 0);
  for (let seen = Atomics.load(arrived, 0); seen < THREADS; seen = Atomics.load(arrived, 0))
    Atomics.wait(arrived, 0, seen);
  parentPort!.postMessage(String(ortLibrary().environment));
}
