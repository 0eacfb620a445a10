/** Worker threads of one module that are kept for the next use, as starting one takes long. */
import { startWorker } from "./start.ts";
import { type Thread, threadOf } from "./thread.ts";

export interface ThreadPool<Request, Value> {
  /** Takes an idle thread, or starts one. */
  take(): Thread<Request, Value>;
  /** Keeps a thread that has nothing left to do. It does not keep the process alive. */
  giveBack(thread: Thread<Request, Value>): void;
}

/** Pool of threads of the module `file` beside the module `beside`. `work` names in errors what they are for. */
export const threadPool = <Request, Value>(
  file: string,
  beside: string,
  work: string,
): ThreadPool<Request, Value> => {
  const idle = new Set<Thread<Request, Value>>();
  const start = (): Thread<Request, Value> => {
    const worker = startWorker(file, beside, undefined);
    const thread = threadOf<Request, Value>(worker, work);
    worker.on("exit", () => idle.delete(thread));
    return thread;
  };
  return {
    take() {
      const [thread = start()] = idle;
      idle.delete(thread);
      return thread;
    },
    giveBack: (thread) => void idle.add(thread),
  };
};
