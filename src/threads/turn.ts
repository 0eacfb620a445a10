/** The turns that long work on a thread leaves to others: its event loop goes on between two pieces. */

/** Resolves once the event loop has served what waited for it. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
