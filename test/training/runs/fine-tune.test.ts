/** Fine-tuning for weights in integers. Seeds are fixed. */
import { beforeAll, describe, expect, test } from "vitest";
import { mnist } from "../../../src/datasets/mnist.ts";
import { ConfigError, DataError, NumericError } from "../../../src/errors.ts";
import { monteCarlo } from "../../../src/inference/node.ts";
import { quantize } from "../../../src/integer/quantize.ts";
import { mnistMlp } from "../../../src/networks/catalogue.ts";
import type { Model } from "../../../src/networks/model.ts";
import { paired } from "../../../src/statistics/paired.ts";
import { mistakes } from "../../../src/statistics/probabilities.ts";
import { fineTune } from "../../../src/training/runs/fine-tune.ts";
import { type Run, train } from "../../../src/training/runs/run.ts";
import { smallNetwork, smallSplit } from "../digits.ts";

/** Largest p-value that counts as a difference. */
const MOST_P = 1e-3;

test("ternary mnist-mlp errs less than by rounding alone", async () => {
  const digits = await mnist();
  const run = await train(mnistMlp(), digits.train, { epochs: 2, threads: 1 });
  const wrongOf = async (model: Model): Promise<Uint8Array> => {
    const { probabilities } = await monteCarlo(model, digits.test, { samples: 10, threads: 1 });
    return mistakes(probabilities, digits.test.labels);
  };
  const tuned = await wrongOf(await fineTune(run, digits.train, "ternary", { epochs: 2, threads: 1 }));
  const { onlyFirst, onlySecond, p } = paired(tuned, await wrongOf(quantize(run, "ternary")));
  expect(onlyFirst).toBeLessThan(onlySecond);
  expect(p).toBeLessThan(MOST_P);
}, 600_000);

describe("a fine-tuned run", () => {
  const split = smallSplit(60);
  let run: Run;
  beforeAll(async () => {
    run = await train(smallNetwork, split, { batch: 20, epochs: 2, warmupSteps: 2, threads: 1 });
  });

  test("keeps its own parameters beside the integers of those that were trained on", async () => {
    const before = structuredClone(run.parameters);
    const reports: number[] = [];
    const onStep = ({ position: { step } }: { position: { step: number } }) => reports.push(step);
    const tuned = await fineTune(run, split, "int4", { epochs: 2, threads: 1, onStep });
    expect(tuned.parameters).toEqual(before);
    expect(run.parameters).toEqual(before);
    expect(reports).toEqual([1, 2, 3, 4, 5, 6]);
    expect(tuned.integers).not.toEqual(quantize(run, "int4").integers);
    expect(await fineTune(run, split, "int4", { epochs: 2, threads: 1 })).toEqual(tuned);
  });

  test("has the learning rate that was asked for", async () => {
    // So small that no integer changes.
    const still = await fineTune(run, split, "int8", { epochs: 1, learningRate: 1e-12, threads: 1 });
    expect(still.integers).toEqual(quantize(run, "int8").integers);
  });

  test("rejects with the signal's reason when it is interrupted", async () => {
    const stop = new AbortController();
    const reason = new Error("enough");
    const steps: number[] = [];
    const tuning = fineTune(run, split, "ternary", {
      ...{ epochs: 2, threads: 1, signal: stop.signal },
      onStep: ({ position: { step } }) => {
        steps.push(step);
        if (step === 2) stop.abort(reason);
      },
    });
    await expect(tuning).rejects.toBe(reason);
    expect(steps).toEqual([1, 2]);
  });

  test("is refused with a reason", async () => {
    const of = (options: object, images = split, weights = "int8") =>
      fineTune(run, images, weights as never, { threads: 1, ...options });
    await expect(of({ epochs: 0 })).rejects.toThrow(ConfigError);
    await expect(of({ learningRate: -1 })).rejects.toThrow(/learningRate/);
    await expect(of({}, split, "int2")).rejects.toThrow(/rounding/);
    await expect(of({}, { ...split, shape: [1, 4, 9] as never })).rejects.toThrow(DataError);
    await expect(of({ learningRate: 1e38 })).rejects.toThrow(NumericError);
    const layers = [
      { type: "dense" as const, units: 3, neuron: "relu" as const },
      { type: "dense" as const, units: 3 },
    ];
    const other = await train({ ...smallNetwork, layers }, split, { epochs: 1, threads: 1 });
    await expect(fineTune(other, split, "int8", { threads: 1 })).rejects.toThrow(/layers\.0/);
  });
});
