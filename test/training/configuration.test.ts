/** The settings as editors show them are those that the schemas validate. */
import { describe, expect, expectTypeOf, test } from "vitest";
import type * as z from "zod";
import { ConfigError } from "../../src/errors.ts";
import type { AugmentationDescription, augmentationSchema } from "../../src/loading/augmentation.ts";
import type { ParameterSpec } from "../../src/networks/layers/kind.ts";
import { parseNetwork } from "../../src/networks/network.ts";
import { isTrained, parametersOf } from "../../src/networks/plan.ts";
import { ADAM } from "../../src/nn/adam.ts";
import { stepScalars } from "../../src/nn/optimizer.ts";
import { sizeOf } from "../../src/tensor/tensor.ts";
import { blocksOf, blocksOfNetwork } from "../../src/training/blocks.ts";
import {
  type OptimizerDescription,
  type optimizerSchema,
  parseTraining,
  type TrainingConfiguration,
  type TrainingDescription,
  trainingSchema,
} from "../../src/training/configuration.ts";
import { matricesOf } from "../../src/training/matrices.ts";
import { prepareLearner } from "../../src/training/online/prepare.ts";
import { type OnlineDescription, onlineSchema, parseOnline } from "../../src/training/online/settings.ts";
import { prepareTraining } from "../../src/training/prepare.ts";
import { trainingContent } from "../../src/training/runs/fingerprint.ts";
import { stateShapes } from "../../src/training/state.ts";
import { smallSplit } from "./digits.ts";

type InputOf<Schema extends z.ZodType> = z.input<Schema>;

test("interfaces and schemas have the same keys, and each accepts what the other does", () => {
  expectTypeOf<keyof TrainingDescription>().toEqualTypeOf<keyof InputOf<typeof trainingSchema>>();
  expectTypeOf<TrainingDescription>().toExtend<InputOf<typeof trainingSchema>>();
  expectTypeOf<InputOf<typeof trainingSchema>>().toExtend<TrainingDescription>();
  expectTypeOf<keyof OnlineDescription>().toEqualTypeOf<keyof InputOf<typeof onlineSchema>>();
  expectTypeOf<OnlineDescription>().toExtend<InputOf<typeof onlineSchema>>();
  expectTypeOf<InputOf<typeof onlineSchema>>().toExtend<OnlineDescription>();
  expectTypeOf<keyof AugmentationDescription>().toEqualTypeOf<keyof InputOf<typeof augmentationSchema>>();
  expectTypeOf<AugmentationDescription>().toExtend<InputOf<typeof augmentationSchema>>();
  type Optimizer = NonNullable<InputOf<typeof optimizerSchema>>;
  expectTypeOf<OptimizerDescription>().toExtend<Optimizer>();
  expectTypeOf<Optimizer>().toExtend<OptimizerDescription>();
  expectTypeOf<TrainingConfiguration>().toExtend<TrainingDescription>();
});

test.each([
  ["training", trainingSchema],
  ["online learning", onlineSchema],
] as const)("every setting of %s is described, the optimiser by its own", (_what, schema) => {
  for (const [name, setting] of Object.entries(schema.shape))
    if (name !== "optimizer") expect((setting as z.ZodType).description, name).toMatch(/\w/);
});

test("defaults are filled in, and unknown settings refused by name", () => {
  expect(parseTraining({})).toEqual({
    ...{ epochs: 15, batch: 100, seed: 1, learningRate: 1e-3, warmupSteps: 0, initialization: "random" },
    labelSmoothing: 0,
    optimizer: { type: "adam", beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 },
    schedule: { type: "cosine" },
  });
  expect(() => parseTraining({ epoch: 3 })).toThrow(/epoch/);
});

test("label smoothing and averaging identify a run only where they are used", () => {
  expect(trainingContent(parseTraining({ labelSmoothing: 0 }))).toEqual({});
  const used = { labelSmoothing: 0.1, averaging: { decay: 0.99 } };
  expect(trainingContent(parseTraining(used))).toEqual(used);
});

describe("Muon", () => {
  const optimizer = { type: "muon" } as const;

  test("has a learning rate of its own by default, and takes the one that is given", () => {
    const adam = { learningRate: 2e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 };
    const training = parseTraining({ optimizer });
    expect(training).toMatchObject({ learningRate: 0.05, optimizer: { type: "muon", momentum: 0.9, adam } });
    expect(parseTraining({ optimizer, learningRate: undefined })).toEqual(training);
    expect(parseTraining(training)).toEqual(training);
    for (const learningRate of [1e-3, 0.2])
      expect(parseTraining({ optimizer, learningRate }).learningRate).toBe(learningRate);
    expect(parseOnline({ optimizer }).learningRate).not.toBe(parseOnline({}).learningRate);
    expect(parseOnline({ optimizer, learningRate: 3e-4 }).learningRate).toBe(3e-4);
  });

  test("is identified by what differs from the defaults, and by its learning rate", () => {
    const content = (description: TrainingDescription) => trainingContent(parseTraining(description));
    expect(content({})).toEqual({});
    expect(content({ optimizer })).toEqual({ optimizer, learningRate: 0.05 });
    expect(content({ optimizer, learningRate: 1e-3 })).toEqual({ optimizer });
    expect(content({ optimizer: { ...optimizer, momentum: 0.9, adam: { beta1: 0.5 } } })).toEqual({
      optimizer: { ...optimizer, adam: { beta1: 0.5 } },
      learningRate: 0.05,
    });
  });

  test("has a velocity for weights whose scale does not matter, and Adam's moments for the rest", () => {
    const network = parseNetwork({
      name: "mixed",
      encoding: "sign",
      input: [1, 6, 6],
      classes: 3,
      layers: [
        { type: "conv2d", channels: 3, kernel: 3, neuron: "relu" },
        { type: "conv2d", channels: 4, kernel: 2, neuron: "relu", normalization: "batch" },
        { type: "dense", units: 5, neuron: "linear", normalization: "weight" },
        { type: "dense", units: 6 },
        { type: "dense", units: 7, potential: true },
        { type: "neurons" },
        { type: "dense", units: 2, neuron: "sign" },
      ],
    });
    const matrices = [1, 2, 3, 4].map((k) => `layers.${k}.weight`);
    expect(matricesOf(network).map(({ name }) => name)).toEqual(matrices);
    const shapes = stateShapes(network, parseTraining({ optimizer }));
    for (const spec of parametersOf(network)) {
      const states = ["velocity", "mean", "square"].filter((state) => `${spec.name}/${state}` in shapes);
      const isMatrix = matrices.includes(spec.name);
      expect(states, spec.name).toEqual(isMatrix ? ["velocity"] : isTrained(spec) ? ["mean", "square"] : []);
    }
    for (const block of blocksOfNetwork(network, parseTraining({ optimizer }).optimizer)) {
      const { shape } = parametersOf(network).find(({ name }) => name === block.parameter)!;
      const expected = { rows: shape[0], columns: sizeOf(shape) / shape[0]! };
      expect(block.matrix, block.parameter).toEqual(
        matrices.includes(block.parameter) ? expected : undefined,
      );
      expect(block.end).toBe(sizeOf(shape));
    }
  });

  test.each([
    { shape: [1024, 64, 4, 4], rows: [256, 256, 256, 256], of: "both sides above 256" },
    { shape: [300, 784], rows: [150, 150], of: "rows that 256 does not divide" },
    { shape: [257, 300], rows: [129, 128], of: "rows that do not divide equally" },
    { shape: [1024, 256], rows: [1024], of: "few columns" },
    { shape: [256, 2304], rows: [256], of: "few rows" },
  ])("takes weights of $of as matrices of $rows rows", ({ shape, rows }) => {
    const spec: ParameterSpec = { name: "w", layer: "layers.0", kind: "weight", shape };
    const blocks = blocksOf(spec, { isMatrix: true });
    const columns = sizeOf(shape) / shape[0]!;
    expect(blocks.map(({ matrix }) => matrix)).toEqual(rows.map((own) => ({ rows: own, columns })));
    expect(blocks.map(({ start, end }) => (end - start) / columns)).toEqual(rows);
    expect(blocks.slice(1).map(({ start }) => start)).toEqual(blocks.slice(0, -1).map(({ end }) => end));
  });

  test("is refused in a network without such weights", async () => {
    const network = parseNetwork({
      ...{ name: "plain", encoding: "sign", input: [1, 6, 6], classes: 3, neuron: "relu" },
      layers: [{ type: "dense", units: 4 }],
    });
    const message =
      /^training plain by Muon: got a network whose weights all have a scale that matters; expected layers with stochastic neurons, or with batch or weight normalization. Take another optimizer, or normalise a layer.$/;
    const preparing = prepareTraining(network, smallSplit(), { optimizer });
    await expect(preparing).rejects.toThrow(ConfigError);
    await expect(preparing).rejects.toThrow(message);
    expect(() => prepareLearner({ network }, { optimizer })).toThrow(message);
  });

  test("the schedule multiplies both of its learning rates", () => {
    const { optimizer: muon } = parseTraining({ optimizer: { ...optimizer, adam: { learningRate: 0.01 } } });
    const adam = { ...ADAM, beta1: 0.9 };
    for (const [t, share] of [
      [1, 0.1],
      [7, 1],
      [30, 0.3],
    ] as const) {
      const { rate, epsilon, relativeRate } = stepScalars(muon, 0.2 * share, t, 0.2);
      const expected = stepScalars(adam, 0.01 * share, t, 0.01);
      expect(relativeRate).toBe(0.2 * share);
      expect(rate).toBeCloseTo(expected.rate, 12);
      expect(epsilon).toBe(expected.epsilon);
    }
  });
});
