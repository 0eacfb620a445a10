/** Evaluation on chips: scores of each chip on the whole split. */
import { describe, expect, test } from "vitest";
import type { ImageSplit } from "../../src/datasets/dataset.ts";
import { ConfigError } from "../../src/errors.ts";
import { chipsError } from "../../src/inference/chips/chips-error.ts";
import { evaluateOnChips } from "../../src/inference/chips/on-chips.ts";
import { evaluate } from "../../src/inference/node.ts";
import type { ChipOptions } from "../../src/substrate/chip.ts";
import { analogDeviceByName } from "../../src/substrate/devices/devices.ts";
import { putOnChip } from "../../src/substrate/model-on-chip.ts";
import { randomImages, randomModel } from "./models.ts";

const split: ImageSplit = {
  ...randomImages(60),
  shape: [1, 6, 6],
  labels: Uint8Array.from({ length: 60 }, (_, k) => k % 3),
  classes: 3,
  subset: false,
};
const once = { samples: 10, threads: 1 };

test("an ideal device scores as the network itself", async () => {
  const model = randomModel();
  const { error, nll, ece } = await evaluate(model, split, once);
  const found = await evaluateOnChips(model, analogDeviceByName("ideal"), split, { ...once, chips: 2 });
  expect(found).toEqual({
    ...{ device: "ideal", seconds: 86_400, split: split.name, images: 60, samples: 10, chips: 2 },
    ...{ error: { mean: error, low: null, high: null, over: null }, nll, ece, errors: [error, error] },
  });
});

describe.each(["nsm", "relu", "noisyRelu"] as const)("a network of %s neurons", (neuron) => {
  test("has a score for each chip, whose mean and interval are reported", async () => {
    const model = randomModel({ neuron });
    const device = analogDeviceByName("pcm");
    const found = await evaluateOnChips(model, device, split, { ...once, chips: 3, seconds: 60, seed: 4 });
    const each = [];
    for (const chip of [0, 1, 2])
      each.push(
        await evaluate(putOnChip(model, device, { seed: 4, chip, seconds: 60 }), split, {
          ...once,
          seed: 4,
        }),
      );
    expect(found.errors).toEqual(each.map(({ error }) => error));
    expect(new Set(each.map(({ nll }) => nll)).size).toBe(3);
    expect(found.nll).toBeCloseTo(
      each.reduce((sum, { nll }) => sum + nll / 3, 0),
      12,
    );
    const errors = each.map(({ error }) => error);
    expect(found.error).toEqual(chipsError(errors, each[0]!.errorInterval));
  });
});

test("one chip has the interval of its images; progress counts the images of all chips", async () => {
  const model = randomModel();
  const seen: number[] = [];
  const device = analogDeviceByName("fefet-selector");
  await evaluateOnChips(model, device, split, { ...once, chips: 2, onProgress: (n) => seen.push(n) });
  expect(seen.at(-1)).toBe(120);
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  const { error } = await evaluateOnChips(model, device, split, { ...once, chips: 1 });
  const { errorInterval } = await evaluate(putOnChip(model, device, CHIP), split, once);
  expect([error.low, error.high]).toEqual(errorInterval);
  expect(error.over).toBe("images");
});

test("noise that is correlated from pass to pass is the same on any number of threads", async () => {
  const [model, device] = [randomModel(), analogDeviceByName("fefet-selector")];
  expect(putOnChip(model, device, CHIP).parameters["layers.0.correlation"]![0]).toBeGreaterThan(0);
  const options = { ...once, samples: 30, chips: 1 };
  const few = {
    ...split,
    count: 3,
    images: split.images.subarray(0, 108),
    labels: split.labels.subarray(0, 3),
  };
  // Three images are divided by their passes, sixty by images.
  for (const images of [few, split]) {
    const expected = await evaluateOnChips(model, device, images, options);
    expect(await evaluateOnChips(model, device, images, { ...options, threads: 2 })).toEqual(expected);
  }
});

test("early exit, whose confidence is of independent passes, is refused where they are correlated", async () => {
  const early = { ...once, chips: 1, confidence: 0.95 };
  const [model, device] = [randomModel(), analogDeviceByName("fefet-selector")];
  const asked = evaluateOnChips(model, device, split, early);
  await expect(asked).rejects.toThrow(ConfigError);
  await expect(asked).rejects.toThrow("correlated from pass to pass");
  const found = await evaluateOnChips(model, analogDeviceByName("pcm"), split, early);
  expect(found.samples).toBeLessThanOrEqual(10);
});

const CHIP = { seed: 1, chip: 0, seconds: 86_400 };

test("options that do not fit are refused", async () => {
  const device = analogDeviceByName("ideal");
  for (const options of [{ chips: 0 }, { chips: 1.5 }, { seconds: -1 }, { passes: 3 }, { law: "synapse" }])
    await expect(evaluateOnChips(randomModel(), device, split, options as never)).rejects.toThrow(
      ConfigError,
    );
});

describe("modelOf", () => {
  const device = analogDeviceByName("pcm");
  const model = randomModel();
  const scored = (options: object) =>
    evaluateOnChips(model, device, split, { ...once, chips: 2, ...options });

  test("gives the models that are scored, for the chips of the seed", async () => {
    const chips: object[] = [];
    const modelOf = async (chip: ChipOptions) => {
      chips.push(chip);
      return putOnChip(model, device, chip);
    };
    expect(await scored({ modelOf, seed: 4, seconds: 60 })).toEqual(await scored({ seed: 4, seconds: 60 }));
    expect(chips).toEqual([0, 1].map((chip) => ({ seed: 4, chip, seconds: 60 })));
  });

  test("is refused beside recalibration, and for a model that is on no chip", async () => {
    const modelOf = async () => model;
    await expect(scored({ modelOf })).rejects.toThrow(/got a model that is on no chip/);
    await expect(scored({ modelOf, recalibrateOn: split })).rejects.toThrow(/recalibrateOn and modelOf/);
  });

  test("is not called once the signal has aborted", async () => {
    let calls = 0;
    const modelOf = async (chip: ChipOptions) => {
      calls++;
      return putOnChip(model, device, chip);
    };
    await expect(scored({ modelOf, signal: AbortSignal.abort() })).rejects.toThrow("aborted");
    expect(calls).toBe(0);
  });
});
