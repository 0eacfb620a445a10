/** Starting of the Web Workers in which a browser learns. */
import { type WebThread, webThreadOf } from "../../threads/web-thread.ts";

/** Starts a worker on a device. `work` names in errors what it is for. */
export const startLearning = <Request, Value>(
  device: "cpu" | "webgpu",
  work: string,
): WebThread<Request, Value> =>
  // Bundlers look for these expressions; see ../../inference/web/predicting.ts.
  webThreadOf(
    device === "webgpu"
      ? new Worker(new URL("./learning-gpu-worker.js", import.meta.url), { type: "module" })
      : new Worker(new URL("./learning-worker.js", import.meta.url), { type: "module" }),
    work,
  );
