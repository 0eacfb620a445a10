/** A worker thread of Node that answers requests, one after the other. */
import { type TransferListItem, Worker } from "node:worker_threads";
import { WorkerError } from "../errors.ts";

export interface Thread<Request, Reply> {
  /** The thread's answer. Rejects with WorkerError if the thread fails or is gone. */
  ask(request: Request, transfer?: readonly TransferListItem[]): Promise<Reply>;
  /**
   * Ends the thread, whatever it is doing; what was asked is then never answered. Not for one that calls native functions:
   * cut off in such a call, it takes the process with it (Koffi, issue 190).
   */
  close(): Promise<void>;
  /** Sends a request at which the thread ends by itself, and waits for its end; what was asked is then never answered. */
  end(request: Request): Promise<void>;
}

/**
 * Starts the module `file` beside the module `beside`, without the flags of this process, such as those about its own
 * program. Where a tool runs the sources, the thread needs its loader too.
 */
export const startWorker = (file: string, beside: string, workerData: unknown): Worker => {
  const module = new URL(file, beside);
  if (!beside.endsWith(".ts")) return new Worker(module, { workerData, execArgv: [] });
  const source = JSON.stringify(module.href.replace(/\.js$/, ".ts"));
  const code = `import("tsx/esm/api").then(({ register }) => { register(); return import(${source}); });`;
  return new Worker(code, { eval: true, workerData, execArgv: [] });
};

/** `work` says in errors what the thread is for. Only while an answer is due does it keep the process alive. */
export const threadOf = <Request, Reply>(worker: Worker, work: string): Thread<Request, Reply> => {
  const due: { resolve(reply: Reply): void; reject(error: Error): void }[] = [];
  let failure: WorkerError | undefined;
  const fail = (given: string, cause?: unknown): void => {
    failure ??= new WorkerError(
      work,
      { given, expected: "its answer", remedy: "Start again; the error's cause says more, if there is one." },
      cause,
    );
    for (const { reject } of due.splice(0)) reject(failure);
  };
  worker.on("message", (reply: Reply) => {
    // While it is being closed its end is awaited: that keeps the process alive, whatever still comes.
    if (failure) return;
    due.shift()?.resolve(reply);
    if (due.length === 0) worker.unref();
  });
  worker.on("error", (cause) => fail(`a failure (${cause.message})`, cause));
  const gone = new Promise<void>((resolve) => {
    worker.on("exit", (code) => {
      fail(`its end with status ${code}`);
      resolve();
    });
  });
  worker.unref();
  const send = async (request: Request, transfer: readonly TransferListItem[]): Promise<Reply> => {
    if (failure) throw failure;
    worker.postMessage(request, transfer);
    worker.ref();
    return new Promise((resolve, reject) => due.push({ resolve, reject }));
  };
  return {
    ask(request, transfer = []) {
      const reply = send(request, transfer);
      // Nobody may be waiting any more when a thread fails.
      reply.catch(() => {});
      return reply;
    },
    async close() {
      fail("a thread that was closed");
      await worker.terminate();
    },
    async end(request) {
      fail("a thread that was closed");
      worker.postMessage(request);
      worker.ref();
      await gone;
    },
  };
};
