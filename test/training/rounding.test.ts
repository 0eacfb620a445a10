/** Training with weights rounded in the forward pass. */
import { describe, expect, test } from "vitest";
import { ConfigError } from "../../src/errors.ts";
import { nearestIntegers } from "../../src/integer/weights.ts";
import { BYTE, LARGEST_WEIGHT, WEIGHT_WIDTHS } from "../../src/networks/integers/integers.ts";
import { parameterInputs } from "../../src/networks/interpreters/sample.ts";
import { noiseInputs } from "../../src/networks/noise-inputs.ts";
import { parametersOf } from "../../src/networks/plan.ts";
import { gradient } from "../../src/tensor/gradient.ts";
import { constant, sizeOf } from "../../src/tensor/tensor.ts";
import { lossOfBatch } from "../../src/training/loss.ts";
import { prepareTraining } from "../../src/training/prepare.ts";
import { roundedParameters } from "../../src/training/rounding.ts";
import { resume, train } from "../../src/training/runs/run.ts";
import { emptyFolder } from "../cli/nsm.ts";
import { signs, uniform } from "../nn/draw.ts";
import { evaluate } from "../tensor/evaluate.ts";
import { smallNetwork as network, smallSplit } from "./digits.ts";

const UNIT_ROUNDOFF = 2 ** -24;
const batch = 6;

const values = Object.fromEntries(
  parametersOf(network).map(({ name, shape, kind }) => [
    name,
    uniform(name, sizeOf(shape), kind === "gain" ? 0.5 : -1, kind === "gain" ? 2 : 1),
  ]),
);
const names = Object.keys(values);
const parameters = parameterInputs(network);

/** A batch with its random numbers. */
const feeds = {
  images: signs("images", batch * 36),
  labels: Int32Array.from({ length: batch }, (_, k) => k % 3),
  mask: new Float32Array(batch).fill(1),
  ...Object.fromEntries(
    Object.entries(noiseInputs(network, batch, "train")).map(([name, { shape }]) => [
      name,
      uniform(`noise ${name}`, sizeOf(shape), 0, 1),
    ]),
  ),
};

describe.each(WEIGHT_WIDTHS)("weights of %s", (width) => {
  const largest = LARGEST_WEIGHT[width];
  const rounded = roundedParameters(network, parameters, width);

  test("have the value of the integers of `quantize`, at its scale", async () => {
    for (const [k, name] of ["layers.0.weight", "layers.1.weight", "readout.weight"].entries()) {
      const found = await evaluate(rounded[name]!, values);
      const units = parameters[name]!.shape[0]!;
      const length = found.length / units;
      for (let unit = 0; unit < units; unit++) {
        const own = values[name]!.subarray(unit * length, (unit + 1) * length);
        const { integers, scale } = nearestIntegers(own, k === 1 ? largest : BYTE, 8);
        for (const [j, q] of integers.entries())
          expect(Math.abs(found[unit * length + j]! - q * scale)).toBeLessThan(64 * UNIT_ROUNDOFF);
      }
    }
  });

  test("get the gradient that the rounded weights have", async () => {
    const own = lossOfBatch(network, parameters, batch, { rounding: width });
    const exact = Object.fromEntries(
      await Promise.all(
        names.map(async (name) => [name, Float32Array.from(await evaluate(rounded[name]!, values))] as const),
      ),
    );
    const plain = lossOfBatch(network, parameters, batch, {});
    expect(await evaluate(own.loss, { ...feeds, ...values })).toEqual(
      await evaluate(plain.loss, { ...feeds, ...exact }),
    );
    const inputs = names.map((name) => parameters[name]!);
    const [found, expected] = [gradient(own.loss, inputs), gradient(plain.loss, inputs)];
    for (const [k, name] of names.entries()) {
      const slopes = await evaluate(found[k]!, { ...feeds, ...values });
      expect(slopes, name).toEqual(await evaluate(expected[k]!, { ...feeds, ...exact }));
      expect(
        slopes.some((slope) => slope !== 0),
        name,
      ).toBe(true);
    }
  });
});

test("weights of 0 stay 0", async () => {
  const none = constant(0, [2, 3]);
  const found = await evaluate(
    roundedParameters(network, { ...parameters, "layers.1.weight": none }, "ternary")["layers.1.weight"]!,
    {},
  );
  expect([...found]).toEqual([0, 0, 0, 0, 0, 0]);
});

describe("a run", () => {
  const split = smallSplit(60);
  const settings = { batch: 20, epochs: 2, rounding: "ternary", seed: 3 } as const;

  test("trains other weights than without rounding, and ends in the same bits when it is resumed", async () => {
    const folder = await emptyFolder();
    const whole = await train(network, split, { ...settings, out: `${folder}/whole`, threads: 2 });
    const { rounding: _, ...plain } = settings;
    const without = await train(network, split, { ...plain, threads: 2 });
    expect(without.parameters["layers.0.weight"]).not.toEqual(whole.parameters["layers.0.weight"]);
    const stop = new AbortController();
    await train(network, split, {
      ...{ ...settings, out: `${folder}/parts`, threads: 2, signal: stop.signal },
      onStep: ({ position: { step } }) => step === 4 && stop.abort(),
    });
    expect((await resume(`${folder}/parts`, split)).parameters).toEqual(whole.parameters);
  });

  test("is refused where integers cannot compute the network, by the layer's name", async () => {
    const layers = [{ type: "dense" as const, units: 4, neuron: "relu" as const }];
    const given = prepareTraining({ ...network, layers }, split, settings);
    await expect(given).rejects.toThrow(ConfigError);
    await expect(prepareTraining(network, split, { rounding: "int2" as never })).rejects.toThrow(/rounding/);
  });
});
