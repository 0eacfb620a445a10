/** Replicas take the steps that one program takes, but for the order in which gradients are summed. */
import { describe, expect, test } from "vitest";
import { WorkerError } from "../../../src/errors.ts";
import { encodingTable } from "../../../src/networks/images.ts";
import { initialParameters } from "../../../src/networks/initialize.ts";
import { parametersOf } from "../../../src/networks/layers.ts";
import { type Network, parseNetwork } from "../../../src/networks/network.ts";
import { createEngine } from "../../../src/runtime/node.ts";
import { inlineNoise, type NoiseStreams } from "../../../src/runtime/noise.ts";
import { sizeOf } from "../../../src/tensor/tensor.ts";
import { allocateBatch, fillBatch } from "../../../src/training/batches.ts";
import { parseTraining, type TrainingDescription } from "../../../src/training/configuration.ts";
import { openTrainer } from "../../../src/training/open-trainer.ts";
import { createReplicas } from "../../../src/training/replicas/trainer.ts";
import { copyState, initialState, type StateArrays } from "../../../src/training/state.ts";
import { createTrainer, noiseSizes, type Trainer } from "../../../src/training/trainer.ts";
import { smallNetwork, smallSplit } from "../digits.ts";

const engine = createEngine({ threads: 1 });
const split = smallSplit(40);
const BATCH = 10;
const STEPS = 5;

const startOf = (network: Network, { optimizer, seed }: ReturnType<typeof parseTraining>): StateArrays =>
  initialState(optimizer, initialParameters(parametersOf(network), seed));

const streamsOf = (network: Network, batch = BATCH): NoiseStreams => ({
  seed: 5,
  purpose: "test",
  sizes: noiseSizes(network, batch),
  law: { type: "uniform" },
});

/** Steps `first` to `last`, the third on a batch of which only four examples count. */
const steps = async (trainer: Trainer, network: Network, first: number, last: number) => {
  const batch = allocateBatch(BATCH, sizeOf(network.input));
  const results = [];
  for (let step = first; step <= last; step++) {
    const count = step === 3 ? 4 : BATCH;
    const indices = Uint32Array.from({ length: count }, (_, k) => (7 * step + k) % split.count);
    fillBatch(batch, split, indices, encodingTable(network.encoding));
    results.push(await trainer.step(step, 0.02 / step, batch));
  }
  const state = copyState(await trainer.state());
  await trainer.dispose();
  return { results, state };
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
  const replicas = (state: StateArrays): Promise<Trainer> => {
    const { optimizer } = training;
    return createReplicas({ network, batch: BATCH, optimizer, state, streams, count, threads: 1 });
  };

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
    for (const [name, values] of Object.entries(expected.state)) {
      const scale = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1e-6);
      const far = values.findIndex((value, k) => !(Math.abs(value - actual.state[name]![k]!) < 1e-3 * scale));
      expect(far, `element of ${name} that differs`).toBe(-1);
    }
  });

  test("stopped and gone on, they end in the same bits", async () => {
    const whole = await steps(await replicas(startOf(network, training)), network, 1, STEPS);
    const part = await steps(await replicas(startOf(network, training)), network, 1, 2);
    const rest = await steps(await replicas(part.state), network, 3, STEPS);
    expect([...part.results, ...rest.results]).toEqual(whole.results);
    expect(rest.state).toEqual(whole.state);
  });
});

test("the failure of a thread is told, and ends the others, which wait for it", async () => {
  const training = parseTraining({ batch: BATCH });
  const state = startOf(smallNetwork, training);
  // Counters of random numbers end at 2^53 - 1; only the threads come to that.
  const trainer = await createReplicas({
    network: smallNetwork,
    batch: BATCH,
    optimizer: training.optimizer,
    state,
    streams: streamsOf(smallNetwork),
    count: 2,
    threads: 1,
  });
  const batch = allocateBatch(BATCH, 36);
  batch.mask.fill(1);
  const error = await trainer.step(2 ** 53, 0.1, batch).catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(WorkerError);
  expect((error as WorkerError).cause).toHaveProperty(
    "message",
    expect.stringContaining("random key, counter"),
  );
  await expect(trainer.state()).rejects.toThrow(WorkerError);
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
