/** Scheduling of calls on runners, with runners that the tests control. */
import { describe, expect, test } from "vitest";
import { ConfigError, WorkerError } from "../../src/errors.ts";
import { createDispatcher, type RemoteRunner } from "../../src/inference/dispatcher.ts";
import type { Job, Passes } from "../../src/inference/job.ts";
import { runShare } from "../../src/inference/shared-passes.ts";
import { allocateUncertainty, type Uncertainty } from "../../src/inference/uncertainty.ts";
import type { Images } from "../../src/networks/images.ts";

const [PASSES, CLASSES] = [4, 2];

const imagesOf = (count: number): Images => ({
  ...{ name: "images", images: new Uint8Array(count), count, shape: [1, 1, 1] },
});

const threadFailed = (): WorkerError =>
  new WorkerError("a test", { given: "its end", expected: "its answer", remedy: "None." });

const answerTo = ({ keys }: Job): Uncertainty => {
  const result = allocateUncertainty(keys.length, CLASSES);
  result.samples.fill(PASSES);
  return result;
};

const passesIn = ({ keys, first, end }: Job): Passes => ({
  probabilities: new Float32Array(CLASSES * keys.length * (end - first)).fill(0.5),
  observation: new Float32Array(0),
});

interface FakeRunner extends RemoteRunner {
  /** Jobs in the order in which they came. */
  readonly jobs: Job[];
  isEnded: boolean;
  die(): void;
}

/** `hold` is awaited before each answer; the first `failing` runners answer with an error. */
const setup = async ({
  runners = 1,
  passes = PASSES,
  rowsOfJob = 8,
  failing = 0,
  hold = async (): Promise<void> => {},
} = {}) => {
  const started: FakeRunner[] = [];
  const start = async (): Promise<RemoteRunner> => {
    const isFailing = started.length < failing;
    let die = (): void => {};
    const gone = new Promise<void>((resolve) => {
      die = resolve;
    });
    const answer = async <T>(value: () => T): Promise<T> => {
      await hold();
      if (isFailing || runner.isEnded) throw threadFailed();
      return value();
    };
    const runner: FakeRunner = {
      ...{ passes, rowsOfJob, worthwhileRows: 4, jobs: [], isEnded: false, gone },
      predict(job) {
        runner.jobs.push(job);
        return answer(() => answerTo(job));
      },
      passesOf: (job) => answer(() => passesIn(job)),
      share(job, shared) {
        runner.jobs.push(job);
        return runShare(
          { passesOf: async () => answer(() => passesIn(job)), detect: runner.detect },
          job,
          shared,
        );
      },
      detect: ({ agreement }) => answer(() => new Float64Array(agreement.length)),
      decisions: () => answer(() => ({ answered: 0 }) as never),
      metrics: () => answer(() => ({ error: 0 }) as never),
      end: async () => {
        runner.isEnded = true;
      },
      die() {
        runner.isEnded = true;
        die();
      },
    };
    started.push(runner);
    return runner;
  };
  const dispatcher = await createDispatcher({
    ...{ runners, start, passes, classes: CLASSES, isAdaptive: false, expected: 1 },
  });
  return { dispatcher, started };
};

/** A gate that is closed until `open` is called. */
const gate = () => {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, wait: () => opened };
};

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const outcomeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => "right",
    (error) => error.name,
  );

test("a small call gets into the next job of a large one, and no job is longer than its bound", async () => {
  const { wait, open } = gate();
  const { dispatcher, started } = await setup({ hold: wait });
  const ended: string[] = [];
  const large = dispatcher.predict(imagesOf(100), Array(100).fill(0)).then(() => ended.push("large"));
  await turn();
  const small = dispatcher.predict(imagesOf(1), [1]).then(() => ended.push("small"));
  open();
  await Promise.all([large, small]);
  const [first, second] = started[0]!.jobs;
  expect(first!.keys).toEqual([0, 0]);
  expect(second!.keys).toContain(1);
  expect(Math.max(...started[0]!.jobs.map(({ keys }) => keys.length))).toBe(2);
  expect(ended).toEqual(["small", "large"]);
  await dispatcher.close();
});

test("passes are divided into shares that are not empty", async () => {
  const { dispatcher, started } = await setup({ runners: 4, passes: 5, rowsOfJob: 100 });
  // Starts all runners.
  await dispatcher.predict(imagesOf(200), Array(200).fill(0));
  await turn();
  expect(started).toHaveLength(4);
  for (const runner of started) runner.jobs.length = 0;
  await dispatcher.predict(imagesOf(31), Array(31).fill(0));
  const shares = started.flatMap(({ jobs }) => jobs.map(({ first, end }) => [first, end]));
  expect(shares.sort()).toEqual([
    [0, 1],
    [1, 2],
    [2, 3],
    [3, 5],
  ]);
  await dispatcher.close();
});

describe("a runner whose thread died", () => {
  const three = (dispatcher: Awaited<ReturnType<typeof setup>>["dispatcher"]) =>
    dispatcher.predict(imagesOf(3), [0, 0, 0]);

  test("fails the calls that it worked for, and no later ones", async () => {
    const { dispatcher } = await setup({ runners: 2, failing: 1 });
    await expect(three(dispatcher)).rejects.toThrow(WorkerError);
    expect([...(await three(dispatcher)).samples]).toEqual([4, 4, 4]);
    await dispatcher.close();
  });

  test("is replaced as often as there is work", async () => {
    const { dispatcher } = await setup({ runners: 2, failing: 4 });
    const outcomes = [];
    for (let k = 0; k < 8; k++) outcomes.push(await outcomeOf(three(dispatcher)));
    expect(outcomes[0]).toBe("WorkerError");
    expect(outcomes.at(-1)).toBe("right");
    await dispatcher.close();
  });

  test("while it was idle fails no call, of either kind", async () => {
    const { dispatcher, started } = await setup();
    started[0]!.die();
    await turn();
    expect(await outcomeOf(three(dispatcher))).toBe("right");
    started[1]!.die();
    await turn();
    expect(await outcomeOf(dispatcher.metrics(new Float64Array(2), new Uint8Array(1)))).toBe("right");
    expect(started).toHaveLength(3);
    await dispatcher.close();
  });

  test("during `metrics` fails them, and no later call", async () => {
    const { dispatcher } = await setup({ failing: 1 });
    const metrics = () => outcomeOf(dispatcher.metrics(new Float64Array(2), new Uint8Array(1)));
    expect(await metrics()).toBe("WorkerError");
    expect(await metrics()).toBe("right");
    await dispatcher.close();
  });
});

test("close waits for `metrics` under way and refuses them afterwards", async () => {
  const { wait, open } = gate();
  const { dispatcher, started } = await setup({ hold: wait });
  const metrics = outcomeOf(dispatcher.metrics(new Float64Array(2), new Uint8Array(1)));
  const closed = dispatcher.close();
  await turn();
  expect(started[0]!.isEnded).toBe(false);
  open();
  expect(await metrics).toBe("right");
  await closed;
  expect(started[0]!.isEnded).toBe(true);
  await expect(dispatcher.metrics(new Float64Array(2), new Uint8Array(1))).rejects.toThrow(ConfigError);
});

test("progress is not reported any more once a call is aborted", async () => {
  const { wait, open } = gate();
  const { dispatcher } = await setup({ hold: wait });
  const controller = new AbortController();
  const told: number[] = [];
  const following = { onProgress: (done: number) => told.push(done), signal: controller.signal };
  const call = outcomeOf(dispatcher.predict(imagesOf(10), Array(10).fill(0), following));
  await turn();
  controller.abort();
  open();
  expect(await call).toBe("AbortError");
  await dispatcher.close();
  expect(told).toEqual([]);
});
