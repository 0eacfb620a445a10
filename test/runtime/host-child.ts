/**
 * What a host sees while this package works: a process of its own, for host.test.ts. Prints JSON: the longest that the
 * main thread computed between two turns of its event loop, by kind of work, and a yardstick for it, all in milliseconds
 * of processor time; and whether denormal numbers still are numbers, on this thread and on one that is started at the end.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { mnist } from "../../src/datasets/mnist.ts";
import { evaluate, openPredictor, propagate, sample } from "../../src/inference/node.ts";
import { mnistCnn } from "../../src/networks/catalogue.ts";
import { median } from "../../src/statistics/quantile.ts";
import { train } from "../../src/training/runs/run.ts";

/** Milliseconds that the main thread has been computing; other threads and waiting do not count. Linux. */
const computing = (): number =>
  Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, "utf8").split(" ")[0]) / 1e6;

/** The longest between two turns while `work` is under way. */
const longest = async (work: () => Promise<unknown>): Promise<number> => {
  let most = 0;
  let last = computing();
  let isOver = false;
  const turn = (): void => {
    const now = computing();
    most = Math.max(most, now - last);
    last = computing();
    if (!isOver) setTimeout(turn, 1);
  };
  setTimeout(turn, 1);
  await work();
  isOver = true;
  await new Promise((resolve) => setTimeout(resolve, 5));
  return most;
};

/** Processor time that this machine takes now to fill 32 MiB of new memory and to hash them: nothing of this package. */
const yardstick = (): number => {
  const before = computing();
  createHash("sha256")
    .update(new Uint8Array(2 ** 25).fill(1))
    .digest();
  return computing() - before;
};

const { train: digits, test } = await mnist();
const some = {
  ...test,
  count: 200,
  images: test.images.slice(0, 200 * 784),
  labels: test.labels.slice(0, 200),
};
const few = {
  ...digits,
  count: 600,
  images: digits.images.slice(0, 600 * 784),
  labels: digits.labels.slice(0, 600),
};
const network = mnistCnn();
const isNumber = (): boolean => Number.MIN_VALUE > 0;
const images = Array.from({ length: 50 }, (_, k) => test.images.slice(k * 784, (k + 1) * 784));

const held: Record<string, number> = {};
const numbers: Record<string, boolean> = {};
const look = async (name: string, work: () => Promise<unknown>): Promise<void> => {
  // Once for what is compiled and loaded the first time.
  if (name !== "training") await work();
  held[name] = await longest(work);
  numbers[name] = isNumber();
};

const run = await train(network, few, { epochs: 1, batch: 100, threads: 2 });
await look("training", () => train(network, few, { epochs: 1, batch: 100, threads: 2 }));
await look("evaluation", () => evaluate(run, some, { samples: 20 }));
await look("sampling", () => sample(run, images, { samples: 20 }));
await look("moments", () => propagate(run, images));
const predictor = await openPredictor(run, { passes: 20 });
await look("prediction", () => Promise.all(images.map((image) => predictor.predict(image))));
await predictor.close();
const code = `require("node:worker_threads").parentPort.postMessage(Number.MIN_VALUE > 0);`;
numbers["a thread started later"] = await new Promise((resolve) =>
  new Worker(code, { eval: true }).once("message", resolve),
);
const hashing = median(Array.from({ length: 5 }, yardstick));
console.log(JSON.stringify({ held, hashing, numbers }));
