/** Threads that wait for each other see what the others wrote before. */
import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { abandon, allocateBarrier } from "../../src/threads/barrier.ts";

/** Each round a thread writes the round's number at its place, waits for the others, and looks at all places. */
const member = (index: number, shared: unknown, count: number, rounds: number): Promise<boolean> => {
  const module = JSON.stringify(new URL("../../src/threads/barrier.ts", import.meta.url).href);
  const code = `
    const { parentPort, workerData } = require("node:worker_threads");
    const { index, shared, count, rounds } = workerData;
    import("tsx/esm/api").then(async ({ register }) => {
      register();
      const { arriveAndWait } = await import(${module});
      let right = true;
      for (let round = 1; round <= rounds; round++) {
        shared.places[index] = round;
        arriveAndWait(shared.barrier, count);
        right &&= shared.places.every((place) => place === round);
        arriveAndWait(shared.barrier, count);
      }
      parentPort.postMessage(right);
    });`;
  const worker = new Worker(code, { eval: true, workerData: { index, shared, count, rounds } });
  return new Promise((resolve, reject) => {
    worker.on("message", resolve);
    worker.on("error", reject);
  });
};

test.each([1, 2, 4])("%d of them, many times", async (count) => {
  const shared = {
    places: new Int32Array(new SharedArrayBuffer(4 * count)),
    barrier: allocateBarrier(),
  };
  const members = Array.from({ length: count }, (_, index) => member(index, shared, count, 300));
  expect(await Promise.all(members)).toEqual(Array(count).fill(true));
});

test("woken before the others have arrived, a thread goes on waiting", async () => {
  const barrier = allocateBarrier();
  const shared = { places: new Int32Array(new SharedArrayBuffer(8)), barrier };
  const first = member(0, shared, 2, 1);
  // As by a notification of the round before, from a thread that was held up.
  await expect.poll(() => Atomics.notify(barrier, 1), { timeout: 30_000 }).toBe(1);
  expect(await Promise.all([first, member(1, shared, 2, 1)])).toEqual([true, true]);
});

test("abandoned, it blocks no thread: neither those that wait nor those that arrive later", async () => {
  const barrier = allocateBarrier();
  const shared = { places: new Int32Array(new SharedArrayBuffer(12)), barrier };
  // The third never arrives.
  const waiting = [0, 1].map((index) => member(index, shared, 3, 1).catch((cause: unknown) => cause));
  await expect.poll(() => Atomics.load(barrier, 0), { timeout: 30_000 }).toBe(2);
  abandon(barrier);
  for (const left of [...waiting, member(2, shared, 3, 1).catch((cause: unknown) => cause)])
    expect(await left).toHaveProperty("message", "a thread of the barrier has ended");
});
