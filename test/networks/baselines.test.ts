/** Baselines: their layers, that each learns, and which of them are stochastic in inference. */
import { describe, expect, test } from "vitest";
import { ConfigError } from "../../src/errors.ts";
import { evaluate, monteCarlo } from "../../src/inference/node.ts";
import { type BASELINES, baseline, baselineNames, baselineOf } from "../../src/networks/baselines.ts";
import { cifar10Allconv, conventional, mnistCnn } from "../../src/networks/catalogue.ts";
import { parseNetwork } from "../../src/networks/network.ts";
import { hasNoise, isTrained, parametersOf, planOf } from "../../src/networks/plan.ts";
import { train } from "../../src/training/runs/run.ts";
import { smallSplit } from "../training/digits.ts";

const split = smallSplit(24);
const small = parseNetwork({
  name: "small",
  encoding: "sign",
  input: split.shape,
  classes: 3,
  layers: [
    { type: "conv2d", channels: 8, kernel: 3, pool: 2 },
    { type: "dense", units: 24 },
  ],
});

describe("every baseline", () => {
  test.each(baselineNames)("%s has the widths of the network", (name) => {
    for (const network of [mnistCnn(), cifar10Allconv()]) {
      const [own, other] = [planOf(network), planOf(baseline(network, name))];
      expect(other.map(({ unitShape }) => unitShape)).toEqual(own.map(({ unitShape }) => unitShape));
      const weights = (of: typeof network) =>
        parametersOf(of).filter(({ kind }) => kind === "weight" || kind === "bias");
      expect(weights(baseline(network, name))).toEqual(weights(network));
    }
  });

  test.each(baselineNames)("%s learns, to the same bits again", async (name) => {
    const network = baseline(small, name);
    const { estimator } = baselineOf(name);
    const settings = {
      epochs: 60,
      batch: 12,
      threads: 1,
      learningRate: 1e-2,
      ...(estimator && { estimator }),
    };
    const [run, again] = [await train(network, split, settings), await train(network, split, settings)];
    expect(again.parameters).toEqual(run.parameters);
    const start = await train(network, split, { ...settings, learningRate: 1e-30, epochs: 1 });
    for (const { name: parameter } of parametersOf(network).filter(isTrained))
      expect(run.parameters[parameter], parameter).not.toEqual(start.parameters[parameter]);
    const nll = async (model: typeof run): Promise<number> =>
      (await evaluate(model, split, { samples: 20, threads: 1 })).nll;
    expect(await nll(run)).toBeLessThan((await nll(start)) / 2);
    const twice = await monteCarlo(run, split, { samples: 2, threads: 1 });
    const differs = twice.samples[0] === 2 && twice.standardError.some((error) => error > 0);
    expect(differs).toBe(hasNoise(network));
  });
});

test("passes differ where noise is always on", () => {
  const noisy = baselineNames.filter((name) => hasNoise(baseline(mnistCnn(), name)));
  expect(noisy).toEqual([
    ...["monte-carlo-dropout", "monte-carlo-dropout-batch-normalization"],
    ...["noisy-rectifier", "straight-through"],
  ]);
});

test("rectifiers see real pixels, binary neurons their signs", () => {
  const encoding = (name: keyof typeof BASELINES) => baseline(mnistCnn(), name).encoding;
  expect(encoding("relu")).toBe("real");
  expect(encoding("noisy-rectifier")).toBe("real");
  expect(encoding("binary-erf")).toBe("sign");
});

test("the conventional network is that with batch normalization, under its own name", () => {
  expect({ ...conventional(mnistCnn()), name: "" }).toEqual({
    ...baseline(mnistCnn(), "batch-normalization"),
    name: "",
  });
});

test("another name is refused", () => {
  expect(() => baselineOf("toString")).toThrow(ConfigError);
  expect(() => baselineOf("toString")).toThrow(/"toString"; expected relu or/);
});
