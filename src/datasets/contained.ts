/**
 * Libraries that may hang or crash on damaged bytes, at work in a worker thread: it has so long for each answer, and
 * ends with the first failure; the next request finds a fresh one. Node only.
 */

import type { TransferListItem } from "node:worker_threads";
import { WorkerError } from "../errors.ts";
import { startWorker, type Thread, threadOf } from "../runtime/thread.ts";

/** What starting a thread may take on a busy machine. */
const secondsToStart = 60;

export interface Contained<Request, Reply> {
  /** Answers come one after the other. Rejects with WorkerError if the thread fails or, once it runs, takes `seconds`. */
  readonly ask: (request: Request, seconds: number, transfer?: readonly TransferListItem[]) => Promise<Reply>;
}

/**
 * The module `file` beside the module `beside` as a worker thread, started with the first request. `work` says in
 * errors what it is for.
 */
export function contained<Request, Reply>(
  file: string,
  beside: string,
  work: string,
): Contained<Request, Reply> {
  let thread: Thread<Request, Reply> | undefined;
  let before: Promise<unknown> = Promise.resolve();
  const answer = async (
    request: Request,
    seconds: number,
    transfer: readonly TransferListItem[],
  ): Promise<Reply> => {
    const limit = timeLimit(work, thread ? seconds : secondsToStart + seconds);
    thread ??= threadOf<Request, Reply>(startWorker(file, beside, undefined), work);
    try {
      return await Promise.race([thread.ask(request, transfer), limit.passed]);
    } catch (failure) {
      await thread.close();
      thread = undefined;
      throw failure;
    } finally {
      limit.cancel();
    }
  };
  return {
    ask: (request, seconds, transfer = []) => {
      const reply = before.then(() => answer(request, seconds, transfer));
      before = reply.catch(() => {});
      return reply;
    },
  };
}

function timeLimit(
  work: string,
  seconds: number,
): { readonly passed: Promise<never>; readonly cancel: () => void } {
  let timer: NodeJS.Timeout;
  const passed = new Promise<never>((_, reject) => {
    const given = `no answer for ${seconds} s`;
    const late = new WorkerError(work, {
      given,
      expected: "its answer",
      remedy: "The data are likely damaged.",
    });
    timer = setTimeout(() => reject(late), seconds * 1000);
  });
  return { passed, cancel: () => clearTimeout(timer) };
}
