/** Models on chips, which only the unit law knows, and models in integers, which no chip takes. */
import { expect, it } from "vitest";
import { ConfigError } from "../../src/errors.ts";
import { exportOnnx } from "../../src/export/onnx.ts";
import { evaluateOnChips } from "../../src/inference/chips/on-chips.ts";
import { openPredictor } from "../../src/inference/node.ts";
import { quantize } from "../../src/integer/quantize.ts";
import { analogDeviceByName } from "../../src/substrate/devices/devices.ts";
import { putOnChip } from "../../src/substrate/model-on-chip.ts";
import { randomImages, randomModel } from "../inference/models.ts";

const chip = { seed: 1, chip: 0, seconds: 1 };

it.each(["ideal", "pcm", "rram", "fefet-selector"])(
  "a model on a chip of %s is known as one",
  async (name) => {
    const device = analogDeviceByName(name);
    const model = putOnChip(randomModel(), device, chip);
    const message = "a model on a chip";
    expect(() => exportOnnx(model)).toThrow(message);
    expect(() => quantize(model, "int8")).toThrow(message);
    expect(() => putOnChip(model, device, chip)).toThrow(message);
    await expect(openPredictor(model, { law: "synapse" })).rejects.toThrow(message);
  },
);

it("a network in integers is put on no chip", async () => {
  const integers = quantize(randomModel(), "int8");
  const device = analogDeviceByName("pcm");
  const message = "a network in integers";
  expect(() => putOnChip(integers, device, chip)).toThrow(message);
  const labels = Uint8Array.of(0, 1);
  const shape = [1, 6, 6] as const;
  const split = { ...randomImages(2), shape, labels, classes: 3, subset: false };
  await expect(evaluateOnChips(integers, device, split)).rejects.toThrow(ConfigError);
});
