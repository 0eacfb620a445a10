/** Streams of passes: what they add up to, when verdicts come, and what ends them. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ConfigError, DataError } from "../../src/errors.ts";
import { openPredictor } from "../../src/inference/node.ts";
import type { Predictor } from "../../src/inference/predictor.ts";
import type { PassesSoFar } from "../../src/inference/streaming.ts";
import { baseline } from "../../src/networks/baselines.ts";
import type { Calibration } from "../../src/networks/calibration.ts";
import { initialParameters } from "../../src/networks/initialize.ts";
import { parametersOf } from "../../src/networks/plan.ts";
import { randomImages, randomModel } from "./models.ts";

const model = randomModel();
const image = randomImages(1).images;
const PASSES = 24;
const calibration: Calibration = {
  ...{ samples: PASSES, images: 100, isHeldOut: true, unlike: { threshold: 0.01, share: 0.05 } },
  detector: { kind: "mutual-information", arrays: {} },
};

const collected = async (stream: AsyncIterable<PassesSoFar>): Promise<readonly PassesSoFar[]> => {
  const all: PassesSoFar[] = [];
  for await (const each of stream) all.push(each);
  return all;
};

const countsOf = (all: readonly PassesSoFar[]): readonly number[] =>
  all.map(({ prediction }) => prediction.samples);

describe.each([1, 2])("by %i threads", (threads) => {
  let predictor: Predictor;
  beforeAll(async () => {
    predictor = await openPredictor({ ...model, calibration }, { threads });
  });
  afterAll(() => predictor.close());

  test("the passes are those of predict: the same prediction, verdict and all", async () => {
    const all = await collected(predictor.stream(image, { every: 7 }));
    expect(countsOf(all)).toEqual([7, 14, 21, PASSES]);
    const predicted = await predictor.predict(image);
    expect(all.at(-1)!.prediction).toEqual(predicted);
    expect(predicted.verdict).not.toBeNull();
    expect(all.slice(0, -1).map(({ prediction }) => prediction.verdict)).toEqual([null, null, null]);
  });

  test("the single passes average to the prediction, with the key's noise", async () => {
    const all = await collected(predictor.stream(image, { every: 5, key: 3 }));
    const passes = all.flatMap(({ latest }) => [...latest]);
    expect(passes).toHaveLength(3 * PASSES);
    const [predicted] = await predictor.predict([image], { keys: [3] });
    for (const [c, p] of predicted!.probabilities.entries()) {
      const mean = passes.filter((_, k) => k % 3 === c).reduce((sum, own) => sum + own, 0) / PASSES;
      expect(mean).toBeCloseTo(p, 12);
    }
    expect(all.at(-1)!.prediction).toEqual(predicted);
  });

  test("longer than the calibration: its verdict comes after its passes, and stays", async () => {
    const all = await collected(predictor.stream(image, { every: 20, passes: 60 }));
    expect(countsOf(all)).toEqual([20, 24, 44, 60]);
    const { verdict, unfamiliarity } = await predictor.predict(image);
    expect(all.map(({ prediction }) => prediction.verdict)).toEqual([null, verdict, verdict, verdict]);
    expect(all.at(-1)!.prediction.unfamiliarity).toBe(unfamiliarity);
  });
});

test("a network without noise and an approximation have one pass", async () => {
  const network = baseline(model.network, "relu");
  const silent = { network, parameters: initialParameters(parametersOf(network), 1) };
  for (const [own, options] of [
    [silent, {}],
    [model, { approximation: "moments" }],
  ] as const) {
    const predictor = await openPredictor(own, { ...options, threads: 1 });
    const all = await collected(predictor.stream(image, { passes: 100 }));
    expect(all.map(({ prediction }) => prediction)).toEqual([await predictor.predict(image)]);
    await predictor.close();
  }
});

test("a caller who leaves or aborts gets no more, and may ask anew", async () => {
  const predictor = await openPredictor(model, { passes: 1000, threads: 1 });
  for await (const { prediction } of predictor.stream(image)) {
    expect(prediction.samples).toBe(10);
    break;
  }
  const leaving = new AbortController();
  const seen: number[] = [];
  const watching = (async () => {
    for await (const { prediction } of predictor.stream(image, { signal: leaving.signal })) {
      seen.push(prediction.samples);
      leaving.abort(new Error("enough"));
    }
  })();
  await expect(watching).rejects.toThrow("enough");
  expect(seen).toEqual([10]);
  expect(countsOf(await collected(predictor.stream(image, { passes: 3 })))).toEqual([3]);
  await predictor.close();
});

describe("refused", () => {
  test.each([
    ["no passes", { passes: 0 }, ConfigError],
    ["half a pass at a time", { every: 0.5 }, ConfigError],
    ["a negative key", { key: -1 }, ConfigError],
  ])("%s", async (_what, options, error) => {
    const predictor = await openPredictor(model, { threads: 1 });
    await expect(collected(predictor.stream(image, options))).rejects.toThrow(error);
    await predictor.close();
  });

  test("an image of another size, a predictor that is closed or ends passes early", async () => {
    const predictor = await openPredictor(model, { threads: 1 });
    await expect(collected(predictor.stream(new Uint8Array(35)))).rejects.toThrow(DataError);
    await predictor.close();
    await expect(collected(predictor.stream(image))).rejects.toThrow(/closed/);
    const adaptive = await openPredictor(model, { confidence: 0.9, threads: 1 });
    await expect(collected(adaptive.stream(image))).rejects.toThrow(/ends passes early/);
    await adaptive.close();
  });
});
