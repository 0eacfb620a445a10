/** Ctrl-C: the first lets the current step finish and saves, the second stops at once. */
import { constants } from "node:os";
import { say } from "./print.ts";

/**
 * The signals that ask a command to end. A terminal sends SIGHUP when it is closed; `nohup` does not hold it off, since Node
 * resets ignored signals when it starts.
 */
export const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** npx forwards the Ctrl-C that the terminal has already sent to all processes: one that follows so soon is the same. */
const ECHO_MS = 500;

/** Exit status by which shells report a signal. */
const statusOf = (signal: (typeof SIGNALS)[number]): number => 128 + constants.signals[signal];

/**
 * Runs `work`, whose signal is aborted by the first of SIGNALS. Returns the exit status: 0, or that of the
 * signal, after printing `advice`: what is saved, and how to resume.
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

/** Runs `work` as `interruptible` does; it calls `onWritten` once `out` is written, which the advice says. */
export const interruptibleUntilWritten = (
  out: string,
  work: (signal: AbortSignal, onWritten: () => void) => Promise<void>,
): Promise<number> => {
  let isWritten = false;
  const onWritten = (): void => {
    isWritten = true;
  };
  return interruptible((signal) => work(signal, onWritten), {
    announce: () => "stopping",
    advice: () => (isWritten ? `${out} is written` : `nothing was written into ${out}`),
  });
};
