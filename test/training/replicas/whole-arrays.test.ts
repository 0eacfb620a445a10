/** A device is fed whole arrays: the programs that cut blocks themselves compute what those on views of blocks do. */
import { expect, test } from "vitest";
import { allocateBatch } from "../../../src/loading/batch.ts";
import { fillBatch } from "../../../src/loading/fill-batch.ts";
import { epochOrder } from "../../../src/loading/order.ts";
import { encodingTable } from "../../../src/networks/images.ts";
import { initialParameters } from "../../../src/networks/initialize.ts";
import { parametersOf } from "../../../src/networks/plan.ts";
import { key } from "../../../src/random/key.ts";
import type { Engine } from "../../../src/runtime/engine.ts";
import { createEngine } from "../../../src/runtime/node.ts";
import { blocksOfNetwork, joinBlocks } from "../../../src/training/blocks.ts";
import { parseTraining } from "../../../src/training/configuration.ts";
import { setupOf } from "../../../src/training/replicas/setup.ts";
import { initialState, type StateArrays } from "../../../src/training/state.ts";
import { CASES, type WebgpuCase } from "../../runtime/webgpu-cases.ts";
import { smallSplit } from "../digits.ts";
import { openLocalTrainer } from "../local-trainer.ts";

const engine = createEngine({ threads: 1 });

/** The CPU, which claims to keep arrays and computes in place. */
const keeping: Engine = { ...engine, residence: { fetch: async () => {}, clear: async () => {} } };

const train = async (on: Engine, { network, settings }: WebgpuCase): Promise<StateArrays> => {
  const training = parseTraining({ batch: 8, seed: 3, ...settings });
  const split = smallSplit();
  const state = initialState(network, training, initialParameters(parametersOf(network), training.seed));
  const trainer = await openLocalTrainer(on, setupOf(network, training), state);
  const batch = allocateBatch(training.batch, 36);
  for (let step = 1; step <= 3; step++) {
    const order = epochOrder(training.seed, step, split.count).subarray(0, training.batch);
    fillBatch(batch, split, order, { table: encodingTable(network) }, key(1, "unused"));
    await trainer.step(step, training.learningRate, batch);
  }
  const end = await trainer.state();
  await trainer.dispose();
  return end;
};

test.each(CASES)("$name", async (each) => {
  const [blocks, wholes] = [await train(engine, each), await train(keeping, each)];
  for (const [name, values] of Object.entries(blocks)) {
    const squares = values.reduce((sum, value, k) => sum + (value - wholes[name]![k]!) ** 2, 0);
    // The logarithm of softmax is another: float rounding, three steps on.
    expect(Math.sqrt(squares / values.length), name).toBeLessThan(1e-5);
  }
});

test("blocks of a parameter are joined, matrices are not", () => {
  const { network } = CASES.find(({ name }) => name.includes("several matrices"))!;
  const muon = parseTraining({ optimizer: { type: "muon" } }).optimizer;
  const blocks = blocksOfNetwork(network, muon);
  const weights = (all: typeof blocks) => all.filter(({ parameter }) => parameter === "layers.1.weight");
  expect(weights(blocks).length).toBe(2);
  expect(joinBlocks(blocks)).toEqual(blocks);
  const adam = parseTraining({}).optimizer;
  const joined = joinBlocks(blocksOfNetwork(network, adam));
  expect(weights(blocksOfNetwork(network, adam)).length).toBe(2);
  expect(weights(joined)).toEqual([
    {
      ...{ parameter: "layers.1.weight", rule: "gradient", start: 0, end: 257 * 257 },
      rows: { start: 0, end: 257 },
    },
  ]);
  expect(new Set(joined.map(({ parameter }) => parameter)).size).toBe(joined.length);
});
