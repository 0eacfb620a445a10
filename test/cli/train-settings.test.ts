/** What the options of nsm train make of a network's recipe. */
import { describe, expect, test } from "vitest";
import { networkOf, trainingOf } from "../../src/cli/train-settings.ts";
import { conventional, mnistCnn } from "../../src/networks/catalogue.ts";
import { withEncoding } from "../../src/networks/network.ts";
import { parseTraining } from "../../src/training/configuration.ts";
import { recipeOf } from "../../src/training/recipes.ts";

describe("a network's recipe", () => {
  test("is what training starts from; other networks have the defaults", () => {
    expect(trainingOf("cifar10-allconv", {})).toEqual(parseTraining(recipeOf("cifar10-allconv")));
    expect(trainingOf("cifar10-allconv", {}).augmentation).toEqual({ pad: 0, flip: true, cutOut: 0 });
    expect(trainingOf("emnist-cnn", {})).toEqual(parseTraining({}));
    expect(trainingOf(undefined, {})).toEqual(parseTraining({}));
  });

  test("is another one for its conventional twin", () => {
    const twin = trainingOf("cifar10-allconv", { conventional: true });
    expect(twin).toEqual(parseTraining(recipeOf("cifar10-allconv", "conventional")));
    expect(twin.optimizer.type).toBe("adam");
    expect(trainingOf("mnist-mlp", { conventional: true })).toEqual(trainingOf("mnist-mlp", {}));
  });

  test("has Adam instead of Muon for baselines whose weights have a scale that matters", () => {
    const optimizer = (flags: object) => {
      const { optimizer: own, learningRate, warmupSteps } = trainingOf("cifar10-population", flags);
      return [own.type, learningRate, warmupSteps];
    };
    const [muon, adam] = [
      ["muon", 0.025, 50],
      ["adam", 1e-3, 50],
    ];
    expect(optimizer({})).toEqual(muon);
    expect(optimizer({ conventional: true })).toEqual(muon);
    expect(optimizer({ baseline: "monte-carlo-dropout-batch-normalization" })).toEqual(muon);
    expect(optimizer({ baseline: "straight-through" })).toEqual(muon);
    expect(optimizer({ baseline: "relu" })).toEqual(adam);
    expect(optimizer({ baseline: "monte-carlo-dropout" })).toEqual(adam);
  });

  test("gives way to each option, one by one", () => {
    const training = trainingOf("cifar10-allconv", { learningRate: 0.5, pad: 2, cutOut: 8 });
    expect(training).toMatchObject({ learningRate: 0.5, warmupSteps: 200 });
    expect(training.augmentation).toEqual({ pad: 2, flip: true, cutOut: 8 });
    expect(trainingOf("cifar10-allconv", { flip: false }).augmentation).toBeUndefined();
    const halfSize = (flags: object) => trainingOf("cifar10-allconv", flags).halfSizeEpochs;
    expect([{}, { epochs: 300 }, { epochs: 4 }, { epochs: 1 }].map(halfSize)).toEqual([11, 11, 2, 0]);
    expect(halfSize({ epochs: 4, halfSizeEpochs: 1 })).toBe(1);
    expect(trainingOf("mnist-mlp", { weightDecay: 0 }).optimizer).toMatchObject({ weightDecay: 0 });
    const own = { type: "adam", weightDecay: 1e-5 };
    expect(trainingOf("mnist-mlp", { optimizer: "adam" }).optimizer).toMatchObject(own);
    expect(trainingOf("mnist-mlp", { optimizer: "sgd" }).optimizer).toMatchObject({
      type: "sgd",
      weightDecay: 0,
    });
  });

  test("takes label smoothing and averaging", () => {
    const training = trainingOf("cifar10-allconv", { labelSmoothing: 0.1, averaging: 0.999 });
    expect(training).toMatchObject({ labelSmoothing: 0.1, averaging: { decay: 0.999 } });
    expect(trainingOf("cifar10-allconv", {}).averaging).toBeUndefined();
  });

  test("keeps its learning rate from Muon, whose rate is relative", () => {
    const twin = (flags: object) => trainingOf("cifar10-allconv", { conventional: true, ...flags });
    const muon = twin({ optimizer: "muon" });
    expect(muon).toMatchObject({ learningRate: 0.05, warmupSteps: 200, optimizer: { momentum: 0.9 } });
    expect(twin({ optimizer: "muon", learningRate: 0.1 }).learningRate).toBe(0.1);
    expect(twin({ optimizer: "sgd" }).learningRate).toBe(4e-3);
    expect(trainingOf("cifar10-allconv", { optimizer: "adam" }).learningRate).toBe(1e-3);
    const flags = { optimizer: "muon", momentum: 0.8, weightDecay: 1e-4, adamLearningRate: 0.01 } as const;
    expect(trainingOf(undefined, flags).optimizer).toMatchObject({
      ...{ type: "muon", momentum: 0.8 },
      adam: { learningRate: 0.01, weightDecay: 1e-4, beta1: 0.9 },
    });
  });

  test("may be extended by transforms of events", () => {
    expect(trainingOf("nmnist-cnn", { dropEvents: 0.1, timeJitter: 500 }).augmentation).toEqual({
      pad: 0,
      flip: false,
      cutOut: 0,
      events: [
        { type: "dropEvent", p: 0.1 },
        { type: "timeJitter", std: 500 },
      ],
    });
  });
});

test("--conventional is the twin of the network named", async () => {
  expect(await networkOf("mnist-cnn", { conventional: true })).toEqual(conventional(mnistCnn()));
});

describe("--encoding", () => {
  test("is of the network that is trained, whose name then states it", async () => {
    const real = await networkOf("mnist-cnn", { encoding: "real" });
    expect(real).toEqual({ ...mnistCnn(), name: "mnist-cnn-real-pixels", encoding: "real" });
    const relu = await networkOf("mnist-cnn", { encoding: "sign", baseline: "relu" });
    expect(relu).toMatchObject({ encoding: "sign", neuron: "relu" });
  });

  test("that the network has changes nothing", async () => {
    expect(await networkOf("mnist-cnn", { encoding: "sign" })).toEqual(mnistCnn());
  });

  test("leaves out statistics of pixels, which training computes anew", () => {
    const pixels = { mean: [0.1], deviation: [0.3] };
    const standard = { ...mnistCnn(), encoding: "standard" as const, pixels };
    expect(withEncoding(standard, "real")).not.toHaveProperty("pixels");
    expect(withEncoding(standard, "standard")).toBe(standard);
  });
});
