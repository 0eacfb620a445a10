/** Weights times a factor: stochastic neurons do not change, batch normalization does. */
import { expect, test } from "vitest";
import { ConfigError } from "../../src/errors.ts";
import { openPredictor } from "../../src/inference/node.ts";
import { baseline } from "../../src/networks/baselines.ts";
import { initialParameters } from "../../src/networks/initialize.ts";
import type { Model } from "../../src/networks/model.ts";
import { parametersOf } from "../../src/networks/plan.ts";
import { withScaledWeights } from "../../src/networks/scaled-weights.ts";
import { randomImages, randomModel } from "../inference/models.ts";

const probabilitiesOf = async (model: Model): Promise<readonly number[]> => {
  const predictor = await openPredictor(model, { passes: 40, threads: 1 });
  const { probabilities } = await predictor.predict(randomImages(1).images);
  await predictor.close();
  return probabilities;
};

test("a network of stochastic neurons predicts the same, to the bit where the factor is a power of two", async () => {
  const model = randomModel();
  expect(await probabilitiesOf(withScaledWeights(model, 8))).toEqual(await probabilitiesOf(model));
});

test("a network of rectifiers with batch normalization does not", async () => {
  const network = baseline(randomModel().network, "batch-normalization");
  const model = { network, parameters: initialParameters(parametersOf(network), 1) };
  const scaled = withScaledWeights(model, 8);
  expect(scaled.parameters["layers.0.weight"]).toEqual(
    model.parameters["layers.0.weight"]!.map((w) => 8 * w),
  );
  expect(scaled.parameters["readout.weight"]).toEqual(model.parameters["readout.weight"]);
  expect(await probabilitiesOf(scaled)).not.toEqual(await probabilitiesOf(model));
});

test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])("refuses the factor %s", (factor) => {
  expect(() => withScaledWeights(randomModel(), factor)).toThrow(ConfigError);
});
