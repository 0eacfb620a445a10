/** Whole training steps against PyTorch: see scripts/make-training-fixtures.py, which writes the fixture. */
import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { type NetworkDescription, parseNetwork } from "../../src/networks/network.ts";
import { parametersOf } from "../../src/networks/plan.ts";
import type { Optimizer } from "../../src/nn/optimizer.ts";
import type { fillUniformPart } from "../../src/random/streams.ts";
import { createEngine } from "../../src/runtime/node.ts";
import { sizeOf } from "../../src/tensor/tensor.ts";
import { parseTraining } from "../../src/training/configuration.ts";
import { setupOf } from "../../src/training/replicas/setup.ts";
import { initialState } from "../../src/training/state.ts";
import { openLocalTrainer } from "./local-trainer.ts";

type Lists = Readonly<Record<string, readonly number[]>>;

interface Reference {
  readonly network: NetworkDescription;
  readonly optimizer: Optimizer;
  readonly clipNorm: number | null;
  readonly batch: number;
  /** Learning rates, one a step. */
  readonly rates: readonly number[];
  readonly start: Lists;
  readonly batches: readonly {
    readonly images: readonly number[];
    readonly labels: readonly number[];
    readonly mask: readonly number[];
    readonly uniforms: Lists;
  }[];
  readonly losses: readonly number[];
  readonly correct: readonly number[];
  readonly end: Lists;
  /** How far PyTorch's own float32 ends from its float64. */
  readonly rounding: number;
}

const cases: readonly Reference[] = JSON.parse(
  await readFile(new URL("../fixtures/training.json", import.meta.url), "utf8"),
);

/**
 * Another order of the same sums rounds otherwise, but no worse: several times PyTorch's own distance, and the rounding
 * of the fixture's numbers themselves, are allowed.
 */
const tolerance = ({ rounding }: Reference, value: number): number =>
  8 * rounding + 2 ** -23 * Math.abs(value);

const floats = (lists: Lists): Record<string, Float32Array> =>
  Object.fromEntries(Object.entries(lists).map(([name, values]) => [name, Float32Array.from(values)]));

/** The fixture's numbers of each step. */
const noiseOf =
  ({ batches }: Reference): typeof fillUniformPart =>
  (_streams, step, arrays) => {
    for (const [stream, array] of Object.entries(arrays)) array.set(batches[step - 1]!.uniforms[stream]!);
  };

describe("losses and parameters after some steps are PyTorch's", () => {
  test.each(cases.map((it) => [title(it), it] as const))("%s", async (_title, it) => {
    const network = parseNetwork(it.network);
    for (const { name, shape } of parametersOf(network)) expect(it.start[name]).toHaveLength(sizeOf(shape));
    const training = parseTraining({
      batch: it.batch,
      optimizer: it.optimizer,
      ...(it.clipNorm !== null && { clipNorm: it.clipNorm }),
    });
    const start = initialState(network, it, floats(it.start));
    const setup = setupOf(network, training);
    const trainer = await openLocalTrainer(createEngine({ threads: 1 }), setup, start, noiseOf(it));
    for (const [k, { images, labels, mask }] of it.batches.entries()) {
      const batch = {
        images: Float32Array.from(images),
        labels: Int32Array.from(labels),
        mask: Float32Array.from(mask),
      };
      const { loss, correct } = await trainer.step(k + 1, it.rates[k]!, batch);
      const exact = it.losses[k]!;
      expect(Math.abs(loss - exact), `loss of step ${k + 1}`).toBeLessThan(tolerance(it, exact));
      expect(correct, `right answers of step ${k + 1}`).toBe(it.correct[k]);
    }
    const state = await trainer.state();
    for (const [name, values] of Object.entries(it.end))
      for (const [k, exact] of values.entries()) {
        const error = Math.abs(state[name]![k]! - exact);
        expect(error, `${name}, element ${k}`).toBeLessThan(tolerance(it, exact));
      }
    await trainer.dispose();
  });
});

const title = ({ network, optimizer, clipNorm }: Reference): string => {
  const { type } = optimizer;
  const { weightDecay } = optimizer.type === "muon" ? optimizer.adam : optimizer;
  const momentum = optimizer.type === "adam" ? "" : `, momentum ${optimizer.momentum}`;
  return `${network.name}, ${type}${momentum}, weight decay ${weightDecay}, clipped at ${clipNorm ?? "nothing"}`;
};
