/** Barrier: threads wait until all of them have arrived. */

/** Memory of a barrier, shared by its threads: number of arrivals, number of rounds, whether it is abandoned. */
export const allocateBarrier = (): Int32Array => new Int32Array(new SharedArrayBuffer(12));

const [ARRIVED, ROUNDS, ABANDONED] = [0, 1, 2];

/**
 * Blocks the calling thread until `count` threads have called it, this one included. Each of them then sees what the
 * others wrote before. Throws Error once the barrier is abandoned.
 */
export const arriveAndWait = (barrier: Int32Array, count: number): void => {
  // Read before arriving: a thread that sees the old round finds the wait over as soon as the round ends.
  const round = Atomics.load(barrier, ROUNDS);
  requireAll(barrier);
  if (Atomics.add(barrier, ARRIVED, 1) + 1 === count) {
    Atomics.store(barrier, ARRIVED, 0);
    Atomics.add(barrier, ROUNDS, 1);
    Atomics.notify(barrier, ROUNDS);
  } else {
    // The last of the round before may call notify late, and so wake a thread that waits in this one.
    while (Atomics.load(barrier, ROUNDS) === round) Atomics.wait(barrier, ROUNDS, round);
  }
  requireAll(barrier);
};

const requireAll = (barrier: Int32Array): void => {
  if (Atomics.load(barrier, ABANDONED) !== 0) throw new Error("a thread of the barrier has ended");
};

/** Releases the threads that wait at a barrier; from then on `arriveAndWait` throws. */
export const abandon = (barrier: Int32Array): void => {
  Atomics.store(barrier, ABANDONED, 1);
  Atomics.add(barrier, ROUNDS, 1);
  Atomics.notify(barrier, ROUNDS);
};
