/** Steps of several replicas are those of one, but for the order in which gradients are summed. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ConfigError, WorkerError } from "../../../src/errors.ts";
import { allocateBatch } from "../../../src/loading/batch.ts";
import { fillBatch } from "../../../src/loading/fill-batch.ts";
import { encodingTable } from "../../../src/networks/images.ts";
import { initialParameters } from "../../../src/networks/initialize.ts";
import { type Network, parseNetwork } from "../../../src/networks/network.ts";
import { parametersOf } from "../../../src/networks/plan.ts";
import { ADAM } from "../../../src/nn/adam.ts";
import { splitRows } from "../../../src/nn/rows.ts";
import { key } from "../../../src/random/key.ts";
import { createEngine } from "../../../src/runtime/node.ts";
import { sizeOf } from "../../../src/tensor/tensor.ts";
import { abandon } from "../../../src/threads/barrier.ts";
import { startWorker } from "../../../src/threads/start.ts";
import { threadOf } from "../../../src/threads/thread.ts";
import { type Block, blocksOfNetwork } from "../../../src/training/blocks.ts";
import {
  parseTraining,
  type TrainingConfiguration,
  type TrainingDescription,
} from "../../../src/training/configuration.ts";
import { allocateBuffers } from "../../../src/training/replicas/buffers.ts";
import type {
  ReplicaReply,
  ReplicaRequest,
  ReplicaStart,
} from "../../../src/training/replicas/replica-requests.ts";
import { replicaCount, setupOf } from "../../../src/training/replicas/setup.ts";
import { shareBlocks } from "../../../src/training/replicas/shares.ts";
import { openThreadTrainer } from "../../../src/training/replicas/thread-trainer.ts";
import type { ReplicaTrainerOptions } from "../../../src/training/replicas/trainer.ts";
import { train } from "../../../src/training/runs/run.ts";
import {
  initialState,
  parametersIn,
  type StateArrays,
  stateIn,
  stateShapes,
} from "../../../src/training/state.ts";
import type { Trainer } from "../../../src/training/trainer.ts";
import { smallNetwork, smallSplit } from "../digits.ts";
import { openLocalTrainer } from "../local-trainer.ts";

const engine = createEngine({ threads: 1 });
const split = smallSplit(40);
const BATCH = 10;
const STEPS = 5;

const startOf = (network: Network, training: TrainingConfiguration): StateArrays =>
  initialState(network, training, initialParameters(parametersOf(network), training.seed));

const optionsOf = (network: Network, training: TrainingConfiguration): ReplicaTrainerOptions => ({
  setup: setupOf(network, training),
  state: startOf(network, training),
  first: 1,
  replicas: 2,
  device: "cpu",
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
  const state = await trainer.state();
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
  encoding: "sign",
  input: [1, 6, 6],
  classes: 3,
  layers: [{ type: "dense", units: 4 }],
});
const wide = parseNetwork({
  name: "more than a block",
  encoding: "sign",
  input: [1, 6, 6],
  classes: 3,
  layers: [{ type: "dense", units: 2000 }],
});

const dropping = parseNetwork({
  name: "dropping",
  neuron: "relu",
  encoding: "sign",
  input: [1, 6, 6],
  classes: 3,
  layers: [
    { type: "dense", units: 6, dropConnect: 0.4 },
    { type: "dense", units: 5, dropConnect: 0.5, normalization: "weight", dropout: 0.2 },
  ],
});

const normalized = parseNetwork({
  ...relu,
  name: "normalized",
  layers: [
    { type: "conv2d", channels: 3, kernel: 3, normalization: "weight" },
    { type: "dense", units: 7, normalization: "weight" },
    { type: "dense", units: 5 },
  ],
});

describe.each<[string, Network, number, TrainingDescription]>([
  ["Adam with weight decay", smallNetwork, 2, { optimizer: { type: "adam", weightDecay: 0.01 } }],
  ["parts of unequal size", smallNetwork, 3, {}],
  ["a block each", smallNetwork, 8, {}],
  ["one replica on its thread", smallNetwork, 1, {}],
  ["SGD with momentum", smallNetwork, 2, { optimizer: { type: "sgd" } }],
  ["SGD without", smallNetwork, 2, { optimizer: { type: "sgd", momentum: 0 } }],
  ["no noise", relu, 2, {}],
  ["parameters of several blocks", wide, 2, {}],
  ["a clipped gradient", smallNetwork, 3, { optimizer: { type: "sgd" }, clipNorm: 0.05 }],
  ["a gradient clipped at some steps", smallNetwork, 2, { optimizer: { type: "sgd" }, clipNorm: 0.6 }],
  ["connections dropped for the whole batch", dropping, 3, {}],
  ["smoothed labels, averaged weights", smallNetwork, 2, { labelSmoothing: 0.2, averaging: { decay: 0.8 } }],
  ["Muon", smallNetwork, 2, { optimizer: { type: "muon" } }],
  ["Muon, a block each", smallNetwork, 6, { optimizer: { type: "muon", momentum: 0 } }],
  ["Muon, weight normalization", normalized, 3, { optimizer: { type: "muon", adam: { weightDecay: 0.01 } } }],
  ["Muon, a clipped gradient", smallNetwork, 2, { optimizer: { type: "muon" }, clipNorm: 0.05 }],
  ["Muon, parameters of several blocks otherwise", wide, 2, { optimizer: { type: "muon" } }],
])("%s", (_name, network, count, description) => {
  const training = parseTraining({ batch: BATCH, seed: 5, ...description });
  const open = (state = startOf(network, training), first = 1): Promise<Trainer> =>
    openThreadTrainer({ ...optionsOf(network, training), state, first, replicas: count });

  test("losses, counts and the whole state are those of one replica", async () => {
    const one = await openLocalTrainer(engine, setupOf(network, training), startOf(network, training));
    const expected = await steps(one, network, 1, STEPS);
    const actual = await steps(await open(), network, 1, STEPS);
    for (const [k, { loss, correct }] of expected.results.entries()) {
      expect(correct).toBe(actual.results[k]!.correct);
      expect(Math.abs(loss - actual.results[k]!.loss)).toBeLessThan(1e-5);
    }
    expect(Object.keys(actual.state).sort()).toEqual(Object.keys(expected.state).sort());
    expectAlike(actual.state, expected.state);
  });

  test("stopped and resumed, they end in the same bits", async () => {
    const whole = await steps(await open(), network, 1, STEPS);
    const part = await steps(await open(), network, 1, 2);
    const rest = await steps(await open(part.state, 3), network, 3, STEPS);
    expect([...part.results, ...rest.results]).toEqual(whole.results);
    expect(rest.state).toEqual(whole.state);
  });
});

test("the average is that of the weights after each step, weighted by the decay; the weights are as without", async () => {
  const decay = 0.7;
  const network = parseNetwork({
    ...relu,
    layers: [{ type: "dense", units: 4, normalization: "batch" }],
  });
  for (const optimizer of [{ type: "adam" }, { type: "muon" }] as const) {
    const statesOf = async (settings: TrainingDescription): Promise<readonly StateArrays[]> => {
      const training = parseTraining({ batch: BATCH, optimizer, ...settings });
      const state = startOf(network, training);
      const trainer = await openLocalTrainer(engine, setupOf(network, training), state);
      const batch = allocateBatch(BATCH, 36);
      const states = [];
      for (let step = 1; step <= 4; step++) {
        const indices = Uint32Array.from({ length: BATCH }, (_, k) => BATCH * (step % 3) + k);
        fillBatch(batch, split, indices, { table: encodingTable(network) }, key(1, "unused"));
        await trainer.step(step, 0.02, batch);
        states.push(await trainer.state());
      }
      await trainer.dispose();
      return states;
    };
    const [plain, averaging] = [await statesOf({}), await statesOf({ averaging: { decay } })];
    const weights = plain.map((_, k) => decay ** (plain.length - 1 - k));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    for (const [name, last] of Object.entries(plain.at(-1)!)) expect(averaging.at(-1)![name]).toEqual(last);
    for (const { name } of parametersOf(network)) {
      const average = averaging.at(-1)![`${name}/average`]!;
      expect(parametersIn(network, averaging.at(-1)!)[name]).toBe(average);
      for (const [k, value] of average.entries()) {
        const exact = plain.reduce((sum, state, s) => sum + (weights[s]! / total) * state[name]![k]!, 0);
        expect(Math.abs(value - exact), `${name} ${k}`).toBeLessThan(1e-6 * Math.max(1, Math.abs(exact)));
      }
    }
  }
});

test("a clipped step has the direction of one that is not, and the norm that it is clipped at", async () => {
  const optimizer = { type: "sgd", momentum: 0 } as const;
  const [rate, clipNorm] = [0.5, 1e-3];
  const stepOf = async (description: TrainingDescription): Promise<readonly number[]> => {
    const training = parseTraining({ batch: BATCH, optimizer, ...description });
    const start = startOf(smallNetwork, training);
    const trainer = await openThreadTrainer(optionsOf(smallNetwork, training));
    const batch = allocateBatch(BATCH, 36);
    fillBatch(
      batch,
      split,
      [...Array(BATCH).keys()],
      { table: encodingTable(smallNetwork) },
      key(1, "unused"),
    );
    await trainer.step(1, rate, batch);
    const state = await trainer.state();
    await trainer.dispose();
    return Object.keys(start).flatMap((name) =>
      [...state[name]!].map((w, k) => (start[name]![k]! - w) / rate),
    );
  };
  const [plain, clipped] = [await stepOf({}), await stepOf({ clipNorm })];
  const norm = Math.hypot(...plain);
  expect(norm).toBeGreaterThan(10 * clipNorm);
  // Parameters of about 1 are rounded to 2^-24 when the step is taken.
  for (const [k, g] of clipped.entries())
    expect(Math.abs(g - (plain[k]! * clipNorm) / norm)).toBeLessThan((2 * 2 ** -24) / rate);
  expect(Math.abs(Math.hypot(...clipped) / clipNorm - 1)).toBeLessThan(2e-3);
});

test.each<[string, TrainingDescription]>([
  ["Adam", {}],
  ["Muon", { optimizer: { type: "muon" } }],
])("batch normalization learns the same on any number of threads: %s", async (_name, settings) => {
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
    [1, 2, 5].map((threads) => train(normalized, images, { batch: 33, epochs: 1, threads, ...settings })),
  );
  const [one, ...others] = runs;
  for (const other of others) {
    expect(Math.abs(other.epochs[0]!.loss - one!.epochs[0]!.loss)).toBeLessThan(1e-5);
    expectAlike(other.parameters, one!.parameters);
  }
});

test("a replica may have running statistics only, also where gradients are clipped", async () => {
  const training = parseTraining({ batch: 40, clipNorm: 0.1, optimizer: { type: "sgd" } });
  const network = parseNetwork({ ...relu, layers: [{ type: "dense", units: 4, normalization: "batch" }] });
  const blocks = blocksOfNetwork(network, training.optimizer);
  const isStatistic = ({ rule }: Block): boolean => rule === "statistic";
  const shares = [blocks.filter((block) => !isStatistic(block)), blocks.filter(isStatistic)];
  const setup = setupOf(network, training);
  const buffers = await allocateBuffers(setup, startOf(network, training), 2);
  const replicas = splitRows(40, 2).map((rows, index) => {
    const start: ReplicaStart = {
      options: { setup, buffers, index, rows, shares },
      engine: { device: "cpu", threads: 1 },
    };
    const file = "../../../src/training/replicas/replica-thread.js";
    const thread = threadOf<ReplicaRequest, ReplicaReply>(
      startWorker(file, import.meta.url, undefined),
      "replica",
    );
    return { thread, start };
  });
  fillBatch(buffers.batch, split, [...Array(40).keys()], { table: encodingTable(network) }, key(1, "unused"));
  await Promise.all(replicas.map(({ thread, start }) => thread.ask({ open: start })));
  const step = { step: 1, scalars: { rate: 0.1, epsilon: 0, relativeRate: 0 }, bank: 0 };
  await Promise.all(replicas.map(({ thread }) => thread.ask(step)));
  await Promise.all(replicas.map(({ thread }) => thread.end("end")));
  const one = await openLocalTrainer(engine, setup, startOf(network, training));
  await one.step(1, 0.1, buffers.batch);
  expectAlike(stateIn(stateShapes(network, training), buffers.banks[0]!), await one.state());
  await one.dispose();
});

describe("what goes wrong", () => {
  const training = parseTraining({ batch: BATCH });
  const open = (change: Partial<ReplicaTrainerOptions> = {}): Promise<Trainer> =>
    openThreadTrainer({ ...optionsOf(smallNetwork, training), ...change });
  const batchOf = (size: number) => {
    const batch = allocateBatch(size, 36);
    batch.mask.fill(1);
    return batch;
  };

  test("the failure of a thread is told, and ends them all", async () => {
    // Counters of random numbers end at 2^53 - 1; only the threads come to that.
    const trainer = await open({ first: 2 ** 53 });
    await expect(trainer.step(2 ** 53, 0.1, batchOf(BATCH))).rejects.toThrow(/random key, counter/);
    for (const later of [trainer.step(2 ** 53 + 1, 0.1, batchOf(BATCH)), trainer.state()])
      await expect(later).rejects.toThrow(ConfigError);
    await trainer.dispose();
  });

  test("a replica that waits for one that never comes can be ended", async () => {
    const { setup, state, replicas, device, threads } = optionsOf(smallNetwork, training);
    const shares = shareBlocks(blocksOfNetwork(smallNetwork, training.optimizer), replicas);
    const [rows] = splitRows(BATCH, replicas);
    const buffers = await allocateBuffers(setup, state, replicas);
    const start: ReplicaStart = {
      options: { setup, buffers, index: 0, rows: rows!, shares },
      engine: { device, threads },
    };
    const trainerModule = new URL("../../../src/training/replicas/trainer.ts", import.meta.url).href;
    const thread = threadOf<ReplicaRequest, unknown>(
      startWorker("./replica-thread.js", trainerModule, start),
      "a replica",
    );
    await thread.ask({ open: start });
    const step = thread.ask({ step: 1, scalars: { rate: 0.1, epsilon: 1e-8, relativeRate: 0 }, bank: 0 });
    const late = new Promise((resolve) => setTimeout(resolve, 300, "still waiting"));
    expect(await Promise.race([step, late])).toBe("still waiting");
    abandon(buffers.barrier!);
    await thread.end("end");
    await expect(step).rejects.toThrow(WorkerError);
  });

  test("the state that is asked for during a step is that after it", async () => {
    const trainer = await open();
    const [step, state] = await Promise.all([trainer.step(1, 0.1, batchOf(BATCH)), trainer.state()]);
    expect(step.loss).toBeGreaterThan(0);
    expect(state).toEqual(await trainer.state());
    await trainer.dispose();
  });

  test.each([0, 1.5, 9, 11])("%d replicas, which have no row or block each", async (replicas) => {
    await expect(open({ replicas })).rejects.toThrow(ConfigError);
  });

  test("a batch of another size, and a step out of turn", async () => {
    const trainer = await open();
    for (const size of [BATCH - 1, BATCH + 1])
      await expect(trainer.step(1, 0.1, batchOf(size))).rejects.toThrow(ConfigError);
    await expect(trainer.step(3, 0.1, batchOf(BATCH))).rejects.toThrow(ConfigError);
    await trainer.dispose();
  });

  test("a trainer that was disposed of is refused, whoever has its threads now", async () => {
    const trainer = await open();
    await trainer.dispose();
    await trainer.dispose();
    const next = await open();
    await expect(trainer.step(1, 0.1, batchOf(BATCH))).rejects.toThrow(/disposed of/);
    await expect(trainer.state()).rejects.toThrow(ConfigError);
    expect((await next.step(1, 0.1, batchOf(BATCH))).loss).toBeGreaterThan(0);
    await next.dispose();
  });

  test("threads serve one trainer after the other, and sessions go with theirs", async () => {
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

const batchNormalized = parseNetwork({
  ...relu,
  layers: [{ type: "dense", units: 4, normalization: "batch" }],
});

test.each<[Network, number, number, number]>([
  [smallNetwork, 100, 2, 2],
  [smallNetwork, 100, 1, 1],
  [smallNetwork, 100, 50, 6],
  [wide, 1000, 50, blocksOfNetwork(wide, ADAM).length],
  [smallNetwork, 31, 2, 1],
  [smallNetwork, 1, 2, 1],
  [dropping, 100, 2, 2],
  [batchNormalized, 100, 50, 2],
  [batchNormalized, 100, 1, 1],
  [batchNormalized, 10, 2, 1],
])("of $name in batches of %d, %d threads run %d replicas", (network, batch, threads, expected) => {
  expect(replicaCount({ network, batch, optimizer: ADAM }, threads)).toBe(expected);
});
