/** Worker threads of Node that answer requests. */
import { parentPort, type TransferListItem, type Worker } from "node:worker_threads";
import { answering, type Reply, requestsOf } from "./requests.ts";

export interface Thread<Request, Value> {
  /** The thread's answer. Rejects with the thread's error, or with WorkerError if the thread crashed or is closed. */
  ask(request: Request, transfer?: readonly Transferable[]): Promise<Value>;
  /**
   * Ends the thread, whatever it is doing; requests that are due reject with WorkerError. Not for threads that call
   * native functions: one that is cut off in such a call can abort the process (Koffi, issue 190).
   */
  close(): Promise<void>;
  /**
   * Sends a request at which the thread ends by itself, and waits for its end; requests that are due reject with
   * WorkerError.
   */
  end(request: Request): Promise<void>;
  /** Resolves when the thread has failed or is closed: it answers no more. */
  readonly gone: Promise<void>;
}

/** `work` names in errors what the thread is for. Only while an answer is due does it keep the process alive. */
export const threadOf = <Request, Value>(worker: Worker, work: string): Thread<Request, Value> => {
  const { ask, receive, fail, gone } = requestsOf<Request, Value>(
    work,
    (request, transfer) => worker.postMessage(request, transfer as readonly TransferListItem[]),
    (due) => (due === 0 ? worker.unref() : worker.ref()),
  );
  worker.on("message", receive);
  worker.on("error", (cause) => fail(`a failure (${cause.message})`, cause));
  const ended = new Promise<void>((resolve) => {
    worker.on("exit", (code) => {
      fail(`its end with status ${code}`);
      resolve();
    });
  });
  worker.unref();
  return {
    ...{ ask, gone },
    async close() {
      fail("a thread that was closed");
      await worker.terminate();
    },
    async end(request) {
      fail("a thread that was closed");
      worker.postMessage(request);
      worker.ref();
      await ended;
    },
  };
};

/** In a worker thread: answers the requests of the thread that started it, one after the other. */
export const answerRequests = <Request, Value>(
  handle: (request: Request) => Promise<Reply<Value>> | Reply<Value>,
): void => {
  const port = parentPort!;
  port.on(
    "message",
    answering(handle, (message, transfer) =>
      port.postMessage(message, transfer as readonly TransferListItem[]),
    ),
  );
};

/** In a worker thread: takes no more requests, so that the thread ends once nothing else keeps it. */
export const stopAnswering = (): void => parentPort!.close();
