/** Web Workers of runners. */
import { type WebThread, webThreadOf } from "../../threads/web-thread.ts";
import type { RunnerReply, RunnerRequest } from "../requests.ts";
import type { WorkerStart } from "./answer-page.ts";

type Thread = WebThread<RunnerRequest | WorkerStart, RunnerReply>;

/** A worker while it has one runner. */
interface RunnerWorker extends Thread {
  /** Ends the runner, without an error. */
  end(): Promise<void>;
}

export interface RunnerWorkers {
  /** A worker for a runner on the device. `work` names in errors what it is for. */
  take(device: "cpu" | "webgpu", work: string): RunnerWorker;
}

const startWorker = (device: "cpu" | "webgpu", work: string): Thread =>
  // Bundlers look for these expressions, and make each worker's module a file of its own. Some take no worker that
  // imports anything dynamically, so there is one for each build of onnxruntime-web.
  webThreadOf(
    device === "webgpu"
      ? new Worker(new URL("./gpu-worker.js", import.meta.url), { type: "module" })
      : new Worker(new URL("./cpu-worker.js", import.meta.url), { type: "module" }),
    work,
  );

/** A worker for each runner, which ends with it. */
export const freshWorkers: RunnerWorkers = {
  take(device, work) {
    const thread = startWorker(device, work);
    return { ...thread, end: async () => thread.close() };
  },
};

interface KeptWorkers extends RunnerWorkers {
  /** Ends the workers without a runner at once, the others with their runner. */
  close(): void;
}

/**
 * Workers that go on to another runner on the same device: starting a worker, with the runtime's WebAssembly, takes longer
 * than compiling a small network.
 */
export const keptWorkers = (): KeptWorkers => {
  interface Kept extends Pick<Thread, "ask" | "close"> {
    readonly device: "cpu" | "webgpu";
    hasFailed: boolean;
    /** Tells the present runner alone: a worker that lives on holds none of the past ones. */
    tell: () => void;
  }
  const idle = new Set<Kept>();
  let isClosed = false;
  const start = (device: "cpu" | "webgpu", work: string): Kept => {
    const { ask, close, gone } = startWorker(device, work);
    const kept: Kept = { ask, close, device, hasFailed: false, tell: () => {} };
    void gone.then(() => {
      kept.hasFailed = true;
      kept.tell();
    });
    return kept;
  };
  return {
    take(device, work) {
      const kept = [...idle].find((each) => each.device === device) ?? start(device, work);
      idle.delete(kept);
      const { ask, close } = kept;
      const gone = new Promise<void>((resolve) => {
        kept.tell = resolve;
      });
      const end = async (): Promise<void> => {
        // A worker that cannot free its programs is not used again.
        await ask({ type: "end" }).catch(close);
        kept.tell = () => {};
        if (isClosed) close();
        else if (!kept.hasFailed) idle.add(kept);
      };
      return { ask, close, gone, end };
    },
    close() {
      isClosed = true;
      for (const { close } of idle) close();
      idle.clear();
    },
  };
};
