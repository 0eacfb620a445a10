/** Work in order, until it is closed. */
import { ConfigError } from "../../errors.ts";
import { inOrder } from "../../threads/in-order.ts";

export interface Turns {
  <T>(work: () => Promise<T>): Promise<T>;
  /** The last turn: those that are asked for afterwards are refused. */
  close(work: () => Promise<void>): Promise<void>;
}

/** Carries out one piece of work after the other, in the order that they were asked for. */
export const turns = (subject: string): Turns => {
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
