/** Replicas take the steps that one program takes, but for the order in which gradients are summed. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ConfigError, WorkerError } from "../../../src/errors.ts";
import { allocateBatch } from "../../../src/loading/batch.ts";
import { fillBatch } from "../../../src/loading/fill-batch.ts";
import { encodingTable } from "../../../src/networks/images.ts";
import { initialParameters } from "../../../src/networks/initialize.ts";
import { type Network, parseNetwork } from "../../../src/networks/network.ts";
import { parametersOf } from "../../../src/networks/plan.ts";
import { shareRows } from "../../../src/nn/rows.ts";
import { key } from "../../../src/random/key.ts";
import { createEngine } from "../../../src/runtime/node.ts";
import { inlineNoise, type NoiseStreams } from "../../../src/runtime/noise.ts";
import { sizeOf } from "../../../src/tensor/tensor.ts";
import { abandon } from "../../../src/threads/barrier.ts";
import { startWorker, threadOf } from "../../../src/threads/thread.ts";
import { blockArrays } from "../../../src/training/blocks.ts";
import { parseTraining, type TrainingDescription } from "../../../src/training/configuration.ts";
import { openTrainer } from "../../../src/training/open-trainer.ts";
import { allocateExchange } from "../../../src/training/replicas/exchange.ts";
import { normedBlocks } from "../../../src/training/replicas/norms.ts";
import type { ReplicaRequest, ReplicaStart } from "../../../src/training/replicas/replica-thread.ts";
import { shareBlocks } from "../../../src/training/replicas/shares.ts";
import { createReplicas, type ReplicasOptions } from "../../../src/training/replicas/trainer.ts";
import { train } from "../../../src/training/runs/run.ts";
import { copyState, initialState, type StateArrays } from "../../../src/training/state.ts";
import { createTrainer, noiseSizes, type Trainer } from "../../../src/training/trainer.ts";
import { smallNetwork, smallSplit } from "../digits.ts";

const engine = createEngine({ threads: 1 });
const split = smallSplit(40);
const BATCH = 10;
const STEPS = 5;

const startOf = (network: Network, { optimizer, seed }: ReturnType<typeof parseTraining>): StateArrays =>
  initialState(network, optimizer, initialParameters(parametersOf(network), seed));

const streamsOf = (network: Network, batch = BATCH): NoiseStreams => ({
  seed: 5,
  purpose: "test",
  sizes: noiseSizes(network, batch),
  law: { type: "uniform" },
});

const optionsOf = (
  network: Network,
  { optimizer, batch }: ReturnType<typeof parseTraining>,
  state: StateArrays,
): ReplicasOptions => ({
  network,
  batch,
  optimizer,
  state,
  streams: streamsOf(network, batch),
  first: 1,
  end: STEPS + 1,
  count: 2,
  threads: 1,
});

/** Steps `first` to `last`, the third on a batch of which only four examples count. */
const steps = async (trainer: Trainer, network: Network, first: number, last: number) => {
  const batch = allocateBatch(BATCH, sizeOf(network.input));
  const results = [];
  for (let step = first; step <= last; step++) {
    const count = step === 3 ? 4 : BATCH;
    const indices = Uint32Array.from({ length: count }, (_, k) => (7 * step + k) % split.count);
    fillBatch(batch, split, indices, { table: encodingTable(network) }, key(1, "unused"));
    results.push(await trainer.step(step, 0.02 / step, batch));
  }
  const state = copyState(await trainer.state());
  await trainer.dispose();
  return { results, state };
};

/** Arrays that differ by a thousandth of their largest element at most. */
const expectAlike = (actual: StateArrays, expected: StateArrays): void => {
  for (const [name, values] of Object.entries(expected)) {
    const scale = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1e-6);
    const far = values.findIndex((value, k) => !(Math.abs(value - actual[name]![k]!) < 1e-3 * scale));
    expect(far, `element of ${name} that differs`).toBe(-1);
  }
};

const relu = parseNetwork({
  name: "relu",
  neuron: "relu",
  input: [1, 6, 6],
  classes: 3,
  layers: [{ type: "dense", units: 4 }],
});
const wide = parseNetwork({
  name: "more than a block",
  input: [1, 6, 6],
  classes: 3,
  layers: [{ type: "dense", units: 2000 }],
});

describe.each<[string, Network, number, TrainingDescription]>([
  ["Adam with weight decay", smallNetwork, 2, { optimizer: { type: "adam", weightDecay: 0.01 } }],
  ["parts of unequal size", smallNetwork, 3, {}],
  ["a block each", smallNetwork, 8, {}],
  ["SGD with momentum", smallNetwork, 2, { optimizer: { type: "sgd" } }],
  ["SGD without", smallNetwork, 2, { optimizer: { type: "sgd", momentum: 0 } }],
  ["no noise", relu, 2, {}],
  ["parameters of several blocks", wide, 2, {}],
])("%s", (_name, network, count, description) => {
  const training = parseTraining({ batch: BATCH, ...description });
  const streams = streamsOf(network);
  const replicas = (state: StateArrays, first = 1): Promise<Trainer> =>
    createReplicas({ ...optionsOf(network, training, state), streams, first, count });

  test("losses, counts and the whole state are those of one program", async () => {
    const noise = inlineNoise(streams, 1, STEPS + 1);
    const one = await createTrainer(engine, network, training, startOf(network, training), noise);
    const expected = await steps(one, network, 1, STEPS);
    const actual = await steps(await replicas(startOf(network, training)), network, 1, STEPS);
    for (const [k, { loss, correct }] of expected.results.entries()) {
      expect(correct).toBe(actual.results[k]!.correct);
      expect(Math.abs(loss - actual.results[k]!.loss)).toBeLessThan(1e-5);
    }
    expect(Object.keys(actual.state).sort()).toEqual(Object.keys(expected.state).sort());
    expectAlike(actual.state, expected.state);
  });

  test("stopped and gone on, they end in the same bits", async () => {
    const whole = await steps(await replicas(startOf(network, training)), network, 1, STEPS);
    const part = await steps(await replicas(startOf(network, training)), network, 1, 2);
    const rest = await steps(await replicas(part.state, 3), network, 3, STEPS);
    expect([...part.results, ...rest.results]).toEqual(whole.results);
    expect(rest.state).toEqual(whole.state);
  });
});

test("batch normalization learns the same on any number of threads", async () => {
  const images = smallSplit(70);
  const normalized = parseNetwork({
    name: "normalized",
    input: [1, 6, 6],
    classes: 3,
    encoding: "real",
    layers: [
      { type: "conv2d", channels: 3, kernel: 3, neuron: "sign", normalization: "batch" },
      { type: "conv2d", channels: 4, kernel: 3, padding: 1 },
      { type: "dense", units: 5, neuron: "relu", normalization: "batch" },
    ],
  });
  // Halves of 16 and 17 rows; the last of three batches has four examples.
  const runs = await Promise.all(
    [1, 2, 5].map((threads) => train(normalized, images, { batch: 33, epochs: 1, threads })),
  );
  const [one, ...others] = runs;
  for (const other of others) {
    expect(Math.abs(other.epochs[0]!.loss - one!.epochs[0]!.loss)).toBeLessThan(1e-5);
    expectAlike(other.parameters, one!.parameters);
  }
});

describe("what goes wrong", () => {
  const training = parseTraining({ batch: BATCH });
  const open = (change: Partial<ReplicasOptions> = {}): Promise<Trainer> =>
    createReplicas({
      ...optionsOf(smallNetwork, training, startOf(smallNetwork, training)),
      ...change,
    });
  const batchOf = (size: number) => {
    const batch = allocateBatch(size, 36);
    batch.mask.fill(1);
    return batch;
  };

  test("the failure of a thread is told, and ends them all", async () => {
    // Counters of random numbers end at 2^53 - 1; only the threads come to that.
    const trainer = await open({ first: 2 ** 53, end: 2 ** 53 + 2 });
    const error = await trainer.step(2 ** 53, 0.1, batchOf(BATCH)).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(WorkerError);
    expect((error as WorkerError).cause).toHaveProperty(
      "message",
      expect.stringContaining("random key, counter"),
    );
    await expect(trainer.state()).rejects.toThrow(WorkerError);
    await trainer.dispose();
  });

  test("a replica that waits for one that never comes can be ended", async () => {
    const { state, threads, count, ...setup } = optionsOf(
      smallNetwork,
      training,
      startOf(smallNetwork, training),
    );
    const shares = shareBlocks(normedBlocks(smallNetwork), count);
    const [rows] = shareRows(BATCH, count);
    const moments = blockArrays(
      shares[0]!.map(({ block }) => block),
      setup.optimizer,
      (array, { start, end }) => state[array]!.slice(start, end),
    );
    const exchange = allocateExchange(setup, state, count);
    const start: ReplicaStart = { ...setup, index: 0, rows: rows!, shares, moments, exchange, threads };
    const trainerModule = new URL("../../../src/training/replicas/trainer.ts", import.meta.url).href;
    const thread = threadOf<ReplicaRequest, unknown>(
      startWorker("./replica-thread.js", trainerModule, start),
      "a replica",
    );
    await thread.ask("ready");
    const step = thread.ask({ step: 1, scalars: { rate: 0.1, epsilon: 1e-8 } });
    const late = new Promise((resolve) => setTimeout(resolve, 300, "still waiting"));
    expect(await Promise.race([step, late])).toBe("still waiting");
    abandon(exchange.barrier);
    await thread.end("dispose");
    await expect(step).rejects.toThrow(WorkerError);
  });

  test("the state that is asked for during a step is that after it", async () => {
    const trainer = await open();
    const [step, state] = await Promise.all([trainer.step(1, 0.1, batchOf(BATCH)), trainer.state()]);
    expect(step.loss).toBeGreaterThan(0);
    expect(state).toEqual(await trainer.state());
    await trainer.dispose();
  });

  test.each([0, 1.5, 9, 11])("%d replicas, which have no row or block each", async (count) => {
    await expect(open({ count })).rejects.toThrow(ConfigError);
  });

  test("a batch of another size, and a step out of turn", async () => {
    const trainer = await open();
    for (const size of [BATCH - 1, BATCH + 1])
      await expect(trainer.step(1, 0.1, batchOf(size))).rejects.toThrow(ConfigError);
    await expect(trainer.step(3, 0.1, batchOf(BATCH))).rejects.toThrow(ConfigError);
    await trainer.dispose();
  });

  test("threads and sessions go with their trainer", async () => {
    const threadsNow = (): number =>
      Number(/^Threads:\s+(\d+)$/m.exec(readFileSync("/proc/self/status", "utf8"))![1]);
    const round = async (): Promise<number> => {
      const trainer = await open({ threads: 2 });
      await trainer.step(1, 0.1, batchOf(BATCH));
      await trainer.dispose();
      return threadsNow();
    };
    const first = await round();
    for (let k = 0; k < 3; k++) await round();
    expect(await round()).toBeLessThanOrEqual(first);
  });
});

describe("the trainer that suits", () => {
  const open = async (threads: number, description: TrainingDescription) => {
    const training = parseTraining(description);
    const state = startOf(smallNetwork, training);
    const engine = createEngine({ threads });
    const trainer = await openTrainer({ engine, network: smallNetwork, training, state, first: 1, end: 2 });
    // One program hands out its own arrays; replicas put theirs together.
    const isOne = (await trainer.state()) === state;
    await trainer.dispose();
    return isOne ? "one program" : "replicas";
  };
  test.each<[number, TrainingDescription, string]>([
    [2, { batch: 100 }, "replicas"],
    [1, { batch: 100 }, "one program"],
    [2, { batch: 31 }, "one program"],
    [2, { batch: 100, clipNorm: 1 }, "one program"],
  ])("%d threads, %j: %s", async (threads, description, kind) => {
    expect(await open(threads, description)).toBe(kind);
  });
});
