/** Serial queue that can be closed. */
import { ConfigError } from "../../errors.ts";
import { inOrder } from "../../threads/in-order.ts";

export interface Turns {
  <T>(work: () => Promise<T>): Promise<T>;
  /** Executes `work` last; calls after this one are refused. Closing again does nothing. */
  close(work: () => Promise<void>): Promise<void>;
}

/** Executes pieces of work one after the other, in the order of the calls. `subject` begins the message of a refusal. */
export const inTurns = (subject: string): Turns => {
  const inTurn = inOrder();
  let closed = false;
  const take = async <T>(work: () => Promise<T>): Promise<T> => {
    if (!closed) return inTurn(work);
    throw new ConfigError(subject, {
      given: "a call after it was closed",
      expected: "calls before",
      remedy: "Close it last.",
    });
  };
  const close = async (work: () => Promise<void>): Promise<void> => {
    if (closed) return;
    closed = true;
    await inTurn(work);
  };
  return Object.assign(take, { close });
};
