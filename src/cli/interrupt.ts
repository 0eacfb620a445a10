/** Ctrl-C: the first ends the work in good order, a second one at once. */
import { constants } from "node:os";
import { say } from "./print.ts";

/** The signals that ask a command to end. */
export const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** npx passes on the Ctrl-C that the terminal has already sent to everyone: what comes so soon is the same one. */
const ECHO_MS = 500;

/** What a shell takes for the status of a process that ended by a signal. */
const statusOf = (signal: (typeof SIGNALS)[number]): number => 128 + constants.signals[signal];

/**
 * Runs `work`, whose signal is aborted by the first SIGINT or SIGTERM. Returns the exit status: 0, or that of the
 * signal, after saying `advice`: what is saved, and how to go on.
 */
export const interruptible = async (
  work: (signal: AbortSignal) => Promise<void>,
  { announce, advice }: { readonly announce: () => string; readonly advice: () => string },
): Promise<number> => {
  const controller = new AbortController();
  let status = 0;
  let at = 0;
  const interrupt = (name: (typeof SIGNALS)[number]): void => {
    if (controller.signal.aborted && performance.now() - at > ECHO_MS) process.exit(statusOf(name));
    if (controller.signal.aborted) return;
    at = performance.now();
    status = statusOf(name);
    controller.abort();
    say(`nsm: ${announce()}; press Ctrl-C again to stop at once`);
  };
  for (const name of SIGNALS) process.on(name, interrupt);
  try {
    await work(controller.signal);
  } catch (cause) {
    if (!controller.signal.aborted || cause !== controller.signal.reason) throw cause;
  } finally {
    for (const name of SIGNALS) process.off(name, interrupt);
  }
  if (status !== 0) say(`nsm: ${advice()}`);
  return status;
};
