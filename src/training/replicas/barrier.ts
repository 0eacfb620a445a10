/** A place where threads wait for each other. */

/** The memory of a barrier, for the threads to share: how many have come, and how often all had. */
export const allocateBarrier = (): Int32Array => new Int32Array(new SharedArrayBuffer(8));

const [COME, ROUNDS] = [0, 1];

/** Returns once `count` threads have called it, this one included. What they wrote before, each sees after. */
export const meet = (barrier: Int32Array, count: number): void => {
  const round = Atomics.load(barrier, ROUNDS);
  if (Atomics.add(barrier, COME, 1) + 1 === count) {
    Atomics.store(barrier, COME, 0);
    Atomics.add(barrier, ROUNDS, 1);
    Atomics.notify(barrier, ROUNDS);
  } else Atomics.wait(barrier, ROUNDS, round);
};
