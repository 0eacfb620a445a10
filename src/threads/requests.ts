/**
 * The protocol of all worker threads, in Node and in browsers: each request gets one reply, in order; a reply may be an
 * error, which the asker's promise rejects with.
 */
import { WorkerError } from "../errors.ts";
import { decodeFailure, encodeFailure, isFailure } from "./failure.ts";
import { inOrder } from "./in-order.ts";

/** Sends a message to a thread, in Node or in a browser. */
export type Post<Message> = (message: Message, transfer: readonly Transferable[]) => void;

/** A value that a handler answers with, and the memory that goes with it. */
export interface Reply<Value> {
  readonly value: Value;
  readonly transfer?: readonly Transferable[];
}

/** Answers each message given to the returned function by `handle`, one after the other. */
export const answering = <Request, Value>(
  handle: (request: Request) => Promise<Reply<Value>> | Reply<Value>,
  post: Post<unknown>,
): ((request: Request) => Promise<void>) => {
  const inTurn = inOrder();
  return (request) =>
    inTurn(async () => {
      try {
        const { value, transfer = [] } = await handle(request);
        post(value, transfer);
      } catch (error) {
        post(encodeFailure(error), []);
      }
    });
};

/** The asker's side of a thread. */
export interface Requests<Request, Value> {
  /** Sends a request. Rejects with the handler's error, or with WorkerError once `fail` was called. */
  ask(request: Request, transfer?: readonly Transferable[]): Promise<Value>;
  /** Takes a message of the thread as the reply to the oldest request. */
  receive(message: unknown): void;
  /** Rejects what is due, and whatever is asked later. `given` says in the error what happened. */
  fail(given: string, cause?: unknown): void;
  /** Resolves at the first call of `fail`. */
  readonly gone: Promise<void>;
}

/**
 * `work` names in errors what the thread is for. `onDue` is called with the number of requests that wait for a reply
 * whenever it changes.
 */
export const requestsOf = <Request, Value>(
  work: string,
  post: Post<Request>,
  onDue: (due: number) => void = () => {},
): Requests<Request, Value> => {
  const due: { resolve(value: Value): void; reject(error: Error): void }[] = [];
  let failure: WorkerError | undefined;
  let leave = (): void => {};
  const gone = new Promise<void>((resolve) => {
    leave = resolve;
  });
  return {
    gone,
    ask(request, transfer = []) {
      const reply = new Promise<Value>((resolve, reject) => {
        if (failure) return reject(failure);
        // A request that can't be cloned is refused here, before anything waits for its reply.
        post(request, transfer);
        due.push({ resolve, reject });
        onDue(due.length);
      });
      // Nobody may be waiting any more when a thread fails.
      reply.catch(() => {});
      return reply;
    },
    receive(message) {
      const first = due.shift();
      if (isFailure(message)) first?.reject(decodeFailure(message));
      else first?.resolve(message as Value);
      // A thread that is being closed is waited for, whatever still comes.
      if (!failure) onDue(due.length);
    },
    fail(given, cause) {
      failure ??= new WorkerError(
        work,
        {
          given,
          expected: "its answer",
          remedy: "Start again. The error's cause, if there is one, says more.",
        },
        cause,
      );
      for (const { reject } of due.splice(0)) reject(failure);
      leave();
    },
  };
};
