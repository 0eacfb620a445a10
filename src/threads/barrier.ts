/** A place where threads wait for each other. */

/** The memory of a barrier, for the threads to share: how many have come, how often all had, and whether any is gone. */
export const allocateBarrier = (): Int32Array => new Int32Array(new SharedArrayBuffer(12));

const [COME, ROUNDS, ABANDONED] = [0, 1, 2];

/**
 * Returns once `count` threads have called it, this one included. What they wrote before, each sees after. Throws Error
 * once the barrier is abandoned.
 */
export const meet = (barrier: Int32Array, count: number): void => {
  // Before the other: whoever sees no end yet then finds the round over.
  const round = Atomics.load(barrier, ROUNDS);
  requireAll(barrier);
  if (Atomics.add(barrier, COME, 1) + 1 === count) {
    Atomics.store(barrier, COME, 0);
    Atomics.add(barrier, ROUNDS, 1);
    Atomics.notify(barrier, ROUNDS);
  } else Atomics.wait(barrier, ROUNDS, round);
  requireAll(barrier);
};

const requireAll = (barrier: Int32Array): void => {
  if (Atomics.load(barrier, ABANDONED) !== 0) throw new Error("a thread that was to come has ended");
};

/** Nobody waits there any more: not those who do now, nor who comes later. */
export const abandon = (barrier: Int32Array): void => {
  Atomics.store(barrier, ABANDONED, 1);
  Atomics.add(barrier, ROUNDS, 1);
  Atomics.notify(barrier, ROUNDS);
};
