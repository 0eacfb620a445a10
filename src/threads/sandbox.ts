/**
 * Libraries that may hang or crash on damaged bytes, at work in a worker thread: it has so long for each answer, and
 * ends with the first failure; the next request finds a fresh one. Node only.
 */

import { once } from "node:events";
import type { TransferListItem } from "node:worker_threads";
import { WorkerError } from "../errors.ts";
import { inOrder } from "./in-order.ts";
import { startWorker } from "./start.ts";
import { type Thread, threadOf } from "./thread.ts";

/** Longest time that starting a thread may take on a busy machine. */
const secondsToStart = 60;

export interface Sandbox<Request, Reply> {
  /** Answers come one after the other. Rejects with WorkerError if the thread fails or takes more than `seconds`. */
  readonly ask: (request: Request, seconds: number, transfer?: readonly TransferListItem[]) => Promise<Reply>;
}

/**
 * The module `file` beside the module `beside` as a worker thread, started with the first request; it posts one message,
 * whatever it is, when it can be asked. `work` says in errors what it is for.
 */
export const sandboxed = <Request, Reply>(
  file: string,
  beside: string,
  work: string,
): Sandbox<Request, Reply> => {
  let thread: Thread<Request, Reply> | undefined;
  const inTurn = inOrder();
  const start = async (): Promise<Thread<Request, Reply>> => {
    const worker = startWorker(file, beside, undefined);
    const started = threadOf<Request, Reply>(worker, work);
    thread = started;
    await within(work, secondsToStart, once(worker, "message"));
    return started;
  };
  const answer = async (
    request: Request,
    seconds: number,
    transfer: readonly TransferListItem[],
  ): Promise<Reply> => {
    try {
      const { ask } = thread ?? (await start());
      return await within(work, seconds, ask(request, transfer));
    } catch (failure) {
      await thread?.close();
      thread = undefined;
      throw failure;
    }
  };
  return {
    ask: (request, seconds, transfer = []) => inTurn(() => answer(request, seconds, transfer)),
  };
};

/** The value of `reply`. Rejects with WorkerError after `seconds`. */
const within = async <T>(work: string, seconds: number, reply: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const given = `no answer for ${seconds} s`;
    const error = new WorkerError(work, {
      given,
      expected: "its answer",
      remedy: "The data are likely damaged.",
    });
    timer = setTimeout(() => reject(error), seconds * 1000);
  });
  try {
    return await Promise.race([reply, late]);
  } finally {
    clearTimeout(timer);
  }
};
