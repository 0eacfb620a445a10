/** Online learning on a chip. Seeds are fixed. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { CheckpointError, ConfigError } from "../../../src/errors.ts";
import { monteCarlo } from "../../../src/inference/node.ts";
import { baseline } from "../../../src/networks/baselines.ts";
import { initialParameters } from "../../../src/networks/initialize.ts";
import { forward, modelInputs, parameterInputs } from "../../../src/networks/interpreters/sample.ts";
import type { Model } from "../../../src/networks/model.ts";
import { parseNetwork } from "../../../src/networks/network.ts";
import { noiseInputs } from "../../../src/networks/noise-inputs.ts";
import { parametersOf } from "../../../src/networks/plan.ts";
import { only } from "../../../src/runtime/engine.ts";
import { createEngine } from "../../../src/runtime/node.ts";
import { chipOf } from "../../../src/substrate/chip.ts";
import { parseAnalogDevice } from "../../../src/substrate/device.ts";
import { learningChip } from "../../../src/substrate/learning-chip.ts";
import { putOnChip } from "../../../src/substrate/model-on-chip.ts";
import { lower } from "../../../src/tensor/lower.ts";
import { input, sizesOf } from "../../../src/tensor/tensor.ts";
import { parametersOnChip } from "../../../src/training/chip-in-loop.ts";
import { openOnlineLearner, resumeOnlineLearner } from "../../../src/training/online/learner.ts";
import { emptyFolder } from "../../datasets/folder.ts";
import { randomModel } from "../../inference/models.ts";
import { signs, uniform } from "../../nn/draw.ts";
import { binomialUpperP } from "../../support/statistics.ts";
import { smallNetwork, smallSplit } from "../digits.ts";

const device = parseAnalogDevice({
  name: "mine",
  cell: {
    ...{ gMinMicrosiemens: 1, gMaxMicrosiemens: 20, deviceDeviation: 0.3 },
    programming: { deviationMicrosiemens: [3] },
    ...{ stuckOnShare: 0.02, stuckOffShare: 0.05 },
  },
  switch: { type: "probability", probability: 0.4, deviceDeviation: 0.2 },
  array: {
    ...{ rows: 8, columns: 8, readVolts: 0.2, wireResistanceOhms: 5 },
    ...{ comparatorOffsetMicroamperes: 4, comparatorNoiseMicroamperes: 1 },
  },
});
const place = { seed: 3, chip: 2, seconds: 100 };

describe("passes of what the cells hold", () => {
  const cellsOnly = parseAnalogDevice({ name: "cells", cell: device.cell });
  const noSwitch = parseAnalogDevice({ name: "circuits", cell: device.cell, array: device.array });
  test.each([device, noSwitch, cellsOnly])("are those of the model on the chip: $name", async (own) => {
    const model = randomModel();
    const { network } = model;
    const { fixed, parameters } = learningChip(model, own, chipOf(model, own, place), place);
    const rows = 50;
    const noise = noiseInputs(network, rows);
    const x = input("images", [rows, ...network.input]);
    const given = {
      images: signs("images", rows * 36),
      ...Object.fromEntries(
        Object.entries(sizesOf(noise)).map(([name, size]) => [name, uniform(name, size, -1, 1)]),
      ),
    };
    const logitsOf = async (
      seen: Parameters<typeof forward>[1],
      values: Readonly<Record<string, Float32Array>>,
    ): Promise<Float32Array> => {
      const program = lower({ logits: forward(network, seen, x, noise) });
      const executable = await createEngine({ threads: 1 }).compile(program);
      const { logits } = await executable.run(only({ ...given, ...values }, program.inputs));
      await executable.dispose();
      return logits as Float32Array;
    };
    const onChip = putOnChip(model, own, place);
    const expected = await logitsOf(modelInputs(onChip), onChip.parameters);
    const seen = parametersOnChip(network, parameterInputs(network), fixed);
    const found = await logitsOf(seen, { ...parameters, ...fixed });
    for (const [k, logit] of found.entries()) expect(logit).toBeCloseTo(expected[k]!, 4);
    expect(await logitsOf(modelInputs(model), model.parameters)).not.toEqual(expected);
  });
});

test("a model learned on the chip is the model on the chip where nothing was learned", () => {
  const model = randomModel();
  const { parameters, modelOf } = learningChip(model, device, chipOf(model, device, place), place);
  expect(modelOf(parameters)).toEqual(putOnChip(model, device, place));
});

const digits = smallSplit(1400, "on a chip");
const imageOf = (k: number): Uint8Array => digits.images.subarray(36 * k, 36 * (k + 1));

describe("learning on a chip", () => {
  const settings = { passes: 4, learningRate: 1e-2, seed: 3, threads: 1 };
  const onChip = { device, chip: place.chip, seconds: place.seconds };

  /** What a learner with the parameters knows after the digits `from` to `to`, on the chip or off it. */
  const learned = async (
    from: number,
    to: number,
    parameters?: Model["parameters"],
    isOnChip = false,
  ): Promise<Model> => {
    const start = { network: smallNetwork, ...(parameters && { parameters }) };
    const learner = await openOnlineLearner(start, { ...settings, ...(isOnChip && { onChip }) });
    for (let k = from; k < to; k++) await learner.learn(imageOf(k), digits.labels[k]!);
    const model = learner.model();
    await learner.close();
    return model;
  };

  const tested = { ...digits, images: digits.images.subarray(36 * 500), count: 900 };
  const mistakes = async (model: Model): Promise<boolean[]> => {
    const { labels } = await monteCarlo(model, tested, { samples: 10, seed: 5, threads: 1 });
    return Array.from(labels, (label, k) => label !== digits.labels[500 + k]);
  };

  test("errs less than the network that learned the same off the chip, p < 1e-4", async () => {
    const { parameters } = await learned(0, 300);
    const own = await mistakes(await learned(300, 500, parameters, true));
    const other = await mistakes(putOnChip(await learned(300, 500, parameters), device, place));
    const [better, worse] = [own, other].map((each, k) =>
      each.filter((wrong, i) => wrong && ![own, other][1 - k]![i]),
    );
    // Exact McNemar test, one-sided: of the digits that one of them missed, those that the other missed.
    expect(binomialUpperP(worse!.length, worse!.length + better!.length, 0.5)).toBeLessThan(1e-4);
  });

  test("writes no weight that its cells cannot hold", async () => {
    const { parameters } = await learned(0, 1);
    const model: Model = { network: smallNetwork, parameters };
    const { fixed } = learningChip(model, device, chipOf(model, device, place), place);
    const weightsOf = async (own: object): Promise<Float32Array> => {
      const learner = await openOnlineLearner(model, { ...settings, learningRate: 0.3, ...own });
      for (let k = 1; k < 16; k++) await learner.learn(imageOf(k), digits.labels[k]!);
      const { parameters: found } = learner.model();
      await learner.close();
      // The readout's weights are in the model as the cells hold them.
      return found["readout.weight"]!;
    };
    const [lowest, highest] = [fixed["readout.lowest"]!, fixed["readout.highest"]!];
    const fits = (w: number, k: number): boolean => w >= lowest[k]! && w <= highest[k]!;
    expect((await weightsOf({ onChip })).every(fits)).toBe(true);
    expect((await weightsOf({})).every(fits)).toBe(false);
  });

  test("gives the same bits where a learner was saved and resumed on its chip", async () => {
    const straight = await learned(0, 20, undefined, true);
    const folder = await emptyFolder();
    const first = await openOnlineLearner({ network: smallNetwork }, { ...settings, onChip });
    for (let k = 0; k < 7; k++) await first.learn(imageOf(k), digits.labels[k]!);
    const before = await first.predict(imageOf(0));
    await first.save(folder);
    await first.close();
    const second = await resumeOnlineLearner(folder, { threads: 1 });
    expect(await second.predict(imageOf(0))).toEqual(before);
    for (let k = 7; k < 14; k++) await second.learn(imageOf(k), digits.labels[k]!);
    await second.save(folder);
    const third = await resumeOnlineLearner(folder, { threads: 1 });
    for (let k = 14; k < 20; k++) await third.learn(imageOf(k), digits.labels[k]!);
    expect(third.model()).toEqual(straight);
    expect(third.score().examples).toBe(20);
    await Promise.all([second.close(), third.close()]);
  });

  test("is saved with the weights that were programmed, whatever becomes of the caller's arrays", async () => {
    const parameters = initialParameters(parametersOf(smallNetwork), 5);
    const given = { network: smallNetwork, parameters };
    const learner = await openOnlineLearner(given, { ...settings, onChip });
    const [before, folder] = [learner.model(), await emptyFolder()];
    for (const array of Object.values(parameters)) array.fill(0.001);
    expect(learner.model()).toEqual(before);
    await learner.save(folder);
    await learner.close();
    const resumed = await resumeOnlineLearner(folder);
    expect(resumed.model()).toEqual(before);
    await resumed.close();
  });

  test("goes on neither on another chip nor on another device", async () => {
    const folder = await emptyFolder();
    const learner = await openOnlineLearner({ network: smallNetwork }, { ...settings, onChip });
    await learner.save(folder);
    await learner.close();
    const file = join(folder, "learner.json");
    const text = await readFile(file, "utf8");
    for (const [own, other] of [
      ['"chip": 2', '"chip": 1'],
      ['"seconds": 100', '"seconds": 10'],
      ['"deviceDeviation": 0.3', '"deviceDeviation": 0.2'],
      ['"onChip"', '"offChip"'],
    ] as const) {
      expect(text).toContain(own);
      await writeFile(file, text.replace(own, other));
      await expect(resumeOnlineLearner(folder)).rejects.toThrow(CheckpointError);
    }
    await writeFile(file, text);
    await (await resumeOnlineLearner(folder)).close();
  });

  test.each([
    [{ chip: -1 }, /at chip/],
    [{ chip: 0.5 }, /at chip/],
    [{ seconds: -1 }, /at seconds/],
  ])("refuses %j", async (place, message) => {
    const open = openOnlineLearner({ network: smallNetwork }, { onChip: { device, ...place } });
    await expect(open).rejects.toThrow(ConfigError);
    await expect(open).rejects.toThrow(message);
  });

  test.each([
    ["rectifiers", baseline(smallNetwork, "relu")],
    [
      "populations",
      parseNetwork({ ...smallNetwork, layers: [{ type: "dense", units: 5, population: { size: 2 } }] }),
    ],
  ])("refuses %s", async (_name, network) => {
    const open = openOnlineLearner(
      { network },
      { onChip: { device: parseAnalogDevice({ name: "cells", cell: device.cell }) } },
    );
    await expect(open).rejects.toThrow(/layers\.0.*expected stochastic neurons/s);
  });
});
