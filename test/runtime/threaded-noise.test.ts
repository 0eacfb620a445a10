/** Noise from a worker thread is the noise that the calling thread makes, and its failures are told. */
import { Worker } from "node:worker_threads";
import { describe, expect, test } from "vitest";
import { ConfigError, WorkerError } from "../../src/errors.ts";
import { inlineNoise, type NoiseArrays, type NoiseStreams } from "../../src/runtime/noise.ts";
import { noiseOfThread, threadedNoise } from "../../src/runtime/threaded-noise.ts";
import { threadOf } from "../../src/threads/thread.ts";

const streams = (): NoiseStreams => ({
  seed: 5,
  purpose: "test",
  sizes: { a: 2500, b: 3 },
  law: { type: "uniform" },
});

const copied = (arrays: NoiseArrays): NoiseArrays =>
  Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, array.slice()]));

describe("the numbers of the worker", () => {
  test("are those of the calling thread, run by run from the first on", async () => {
    const [first, end] = [3, 9];
    const [threaded, inline] = [threadedNoise, inlineNoise].map((make) => make(streams(), first, end));
    for (let run = first; run < end; run++) {
      const [theirs, ours] = [await threaded!.take(run), await inline!.take(run)];
      expect(theirs).toEqual(ours);
      threaded!.giveBack(theirs);
      inline!.giveBack(ours);
    }
    await threaded!.close();
  });

  test("come in the memory that was given back", async () => {
    // Memory that changes threads has another buffer on each, so it is told by what surrounds the arrays' numbers.
    const messages: unknown[] = [];
    const worker = new Worker(
      `const { parentPort } = require("node:worker_threads");
       const seen = [];
       parentPort.on("message", (message) => {
         const { mark } = message.arrays;
         if (mark[0] === 0) mark[0] = seen.push(mark[0]);
         parentPort.postMessage(message.arrays, [mark.buffer]);
       });`,
      { eval: true },
    );
    const noise = noiseOfThread(threadOf(worker, "marks"), { ...streams(), sizes: { mark: 1 } }, 0, 8);
    for (let run = 0; run < 8; run++) {
      const arrays = await noise.take(run);
      messages.push(arrays.mark![0]);
      noise.giveBack(arrays);
      expect(arrays.mark!.length, "elements that the caller has after giving back").toBe(run < 6 ? 0 : 1);
    }
    await noise.close();
    expect(messages).toEqual([1, 2, 1, 2, 1, 2, 1, 2]);
  });

  test("are right for takes that overlap", async () => {
    const [threaded, inline] = [threadedNoise, inlineNoise].map((make) => make(streams(), 0, 2));
    const [first, second] = await Promise.all([threaded!.take(0), threaded!.take(1)]);
    expect(copied(first)).toEqual(await inline!.take(0));
    expect(copied(second)).toEqual(await inline!.take(1));
    await threaded!.close();
  });
});

describe("refused on the calling thread", () => {
  const wrong: readonly [string, Partial<NoiseStreams>][] = [
    ["a negative seed", { seed: -1 }],
    ["a seed that is not whole", { seed: 0.5 }],
  ];
  test.each(wrong)("%s", (_, change) => {
    for (const make of [threadedNoise, inlineNoise])
      expect(() => make({ ...streams(), ...change }, 0, 2)).toThrow(ConfigError);
  });

  test.each([
    ["inline", inlineNoise],
    ["threaded", threadedNoise],
  ])("runs out of order, before the first and from the end on: %s", async (_, make) => {
    const noise = make(streams(), 1, 3);
    const refused = async (run: number, expected: string): Promise<void> => {
      const error = await noise.take(run).catch((cause: unknown) => cause);
      expect(error).toBeInstanceOf(ConfigError);
      expect((error as ConfigError).expected).toBe(expected);
    };
    await refused(0, "run 1");
    await refused(2, "run 1");
    noise.giveBack(await noise.take(1));
    await refused(1, "run 2");
    noise.giveBack(await noise.take(2));
    await refused(3, "no run from 3 on");
    await noise.close();
  });

  test("a third loan, for which no memory would ever come", async () => {
    const noise = threadedNoise(streams(), 0, 9);
    await noise.take(0);
    await noise.take(1);
    await expect(noise.take(2)).rejects.toThrow(ConfigError);
    await noise.close();
  });
});

describe("a WorkerError", () => {
  /** A source whose worker runs this code. */
  const noiseOf = (code: string) =>
    noiseOfThread(threadOf(new Worker(code, { eval: true }), "numbers"), streams(), 0, 9);

  test("when the source is closed while a run is awaited, and for runs after that", async () => {
    const noise = noiseOf(`require("node:worker_threads").parentPort.on("message", () => {});`);
    const pending = noise.take(0).catch((cause: unknown) => cause);
    await noise.close();
    expect(await pending).toBeInstanceOf(WorkerError);
    expect((await pending) as Error).toHaveProperty("given", "a thread that was closed");
    await expect(noise.take(1)).rejects.toThrow(WorkerError);
    await noise.close();
  });

  test("with its cause when the worker fails, whether a run is awaited by then or not", async () => {
    // Runs are whole numbers up to 2^53 - 1: the second one is none, and only the worker comes to it.
    const first = Number.MAX_SAFE_INTEGER;
    const noise = threadedNoise(streams(), first, first + 3);
    expect((await noise.take(first)).a).toHaveLength(2500);
    const error = await noise.take(first + 1).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(WorkerError);
    expect((error as WorkerError).cause).toHaveProperty(
      "message",
      expect.stringContaining("random key, counter"),
    );
    await noise.close();

    const early = noiseOf(`throw new TypeError("at once")`);
    await new Promise((resolve) => setTimeout(resolve, 200));
    const late = await early.take(0).catch((cause: unknown) => cause);
    expect(late).toBeInstanceOf(WorkerError);
    expect((late as WorkerError).cause).toBeInstanceOf(TypeError);
    await early.close();
  });

  test("when the worker ends", async () => {
    const noise = noiseOf(
      `require("node:worker_threads").parentPort.once("message", () => process.exit(3));`,
    );
    const error = await noise.take(0).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(WorkerError);
    expect((error as WorkerError).given).toBe("its end with status 3");
    await noise.close();
  });
});
