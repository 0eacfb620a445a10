/** What a thread owes its asker, in processes of their own where their end is what is tested. */
import { spawnSync } from "node:child_process";
import { Worker } from "node:worker_threads";
import { describe, expect, test } from "vitest";
import { WorkerError } from "../../src/errors.ts";
import { threadOf } from "../../src/threads/thread.ts";

/** A thread that answers a number with its double, after so many milliseconds. */
const DOUBLING = `
  import("node:worker_threads").then(({ parentPort }) =>
    parentPort.on("message", ([x, ms]) => setTimeout(() => parentPort.postMessage(2 * x), ms)));`;

const doubling = () =>
  threadOf<readonly [number, number], number>(new Worker(DOUBLING, { eval: true }), "doubling");

test("answers come in the order of the requests", async () => {
  const thread = doubling();
  const answers = [1, 2, 3].map((x) => thread.ask([x, 0]));
  expect(await Promise.all(answers)).toEqual([2, 4, 6]);
  await thread.close();
});

describe("a WorkerError", () => {
  test("for what is due when it is closed, and for what is asked then", async () => {
    const thread = doubling();
    const due = thread.ask([1, 10_000]).catch((cause: unknown) => cause);
    await thread.close();
    expect(await due).toBeInstanceOf(WorkerError);
    await expect(thread.ask([1, 0])).rejects.toThrow(WorkerError);
    await thread.close();
  });
});

test("a thread that is to end by itself is waited for, and answers no more", async () => {
  const code = `
    import("node:worker_threads").then(({ parentPort, workerData }) =>
      parentPort.on("message", (request) => {
        if (request !== "end") return;
        parentPort.close();
        setTimeout(() => Atomics.store(workerData, 0, 1), 100);
      }));`;
  const last = new Int32Array(new SharedArrayBuffer(4));
  const thread = threadOf<string, number>(new Worker(code, { eval: true, workerData: last }), "ending");
  const due = thread.ask("anything").catch((cause: unknown) => cause);
  await thread.end("end");
  expect(last[0]).toBe(1);
  expect(await due).toBeInstanceOf(WorkerError);
  await expect(thread.ask("more")).rejects.toThrow(WorkerError);
  await thread.end("end");
});

test("what cannot be sent is refused, and leaves nothing due", async () => {
  const thread = threadOf<unknown, number>(new Worker(DOUBLING, { eval: true }), "doubling");
  await expect(thread.ask([() => 1, 0])).rejects.toThrow(/could not be cloned/);
  expect(await thread.ask([3, 0])).toBe(6);
  await thread.close();
});

/** Runs a program that may use `doubling`, and gives its exit status and output. */
const program = (body: string) => {
  const module = JSON.stringify(new URL("../../src/threads/thread.ts", import.meta.url).href);
  const code = `
    import { Worker } from "node:worker_threads";
    const { threadOf } = await import(${module});
    const doubling = () => threadOf(new Worker(${JSON.stringify(DOUBLING)}, { eval: true }), "doubling");
    ${body}`;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--import", "tsx", "--input-type=module", "--eval", code],
    { encoding: "utf8" },
  );
  return { status, stdout, stderr };
};

describe("the process", () => {
  test("lives until an answer has come, or the thread's end", () => {
    const body = `
      for (let k = 0; k < 20; k++) {
        const thread = doubling();
        await thread.ask([k, 0]);
        for (const ms of [0, 0, 1, 2]) thread.ask([k, ms]);
        await new Promise((resolve) => setTimeout(resolve, k % 4));
        await thread.close();
      }
      console.log("closed");`;
    expect(program(body)).toEqual({ status: 0, stdout: "closed\n", stderr: "" });
  });

  test("ends although a thread is there that owes nothing", () => {
    expect(program(`console.log(await doubling().ask([4, 20]));`)).toEqual({
      status: 0,
      stdout: "8\n",
      stderr: "",
    });
  });
});
