/** The program of one example: its gradient, and the running statistics that it renews. */
import { expect, test } from "vitest";
import { baseline } from "../../../src/networks/baselines.ts";
import { initialParameters } from "../../../src/networks/initialize.ts";
import { type Network, parseNetwork } from "../../../src/networks/network.ts";
import { noiseInputs } from "../../../src/networks/noise-inputs.ts";
import { parametersOf } from "../../../src/networks/plan.ts";
import { WHOLE } from "../../../src/networks/tiling.ts";
import { ONLINE_RENEWAL } from "../../../src/nn/batch-norm.ts";
import { createEngine } from "../../../src/runtime/node.ts";
import type { Program } from "../../../src/tensor/lower.ts";
import { sizeOf } from "../../../src/tensor/tensor.ts";
import { blockName, nextName } from "../../../src/training/blocks.ts";
import { onlineStep } from "../../../src/training/online/step.ts";
import { trainingStep } from "../../../src/training/step.ts";
import { signs, uniform } from "../../nn/draw.ts";

const engine = createEngine({ threads: 1 });
const optimizer = { type: "sgd", momentum: 0, weightDecay: 0 } as const;
const RATE = 1;

type Values = Readonly<Record<string, Float32Array>>;

/** One run: every parameter is given whole and as its one block. */
const run = async (program: Program, rows: number, values: Values, image: Float32Array, noise: Values) => {
  const executable = await engine.compile(program);
  const all = {
    images: Float32Array.from({ length: rows * image.length }, (_, k) => image[k % image.length]!),
    labels: new Int32Array(rows).fill(1),
    mask: new Float32Array(rows).fill(1),
    rate: Float32Array.of(RATE),
    ...{ ...values, ...noise },
    ...Object.fromEntries(Object.entries(values).map(([name, array]) => [blockName(name, 0), array])),
  };
  const feeds = Object.entries(all).filter(([name]) => name in program.inputs);
  const found = (await executable.run(Object.fromEntries(feeds))) as Record<string, Float32Array>;
  await executable.dispose();
  return { loss: found.loss!, next: (name: string) => found[nextName(blockName(name, 0))]! };
};

const valuesOf = (network: Network): Values => initialParameters(parametersOf(network), 5);

test("of an NSM it is the training step on so many copies of the example", async () => {
  const passes = 6;
  const network = parseNetwork({
    name: "n",
    input: [1, 4, 4],
    classes: 3,
    layers: [
      { type: "conv2d", channels: 2, kernel: 3, pool: 2 },
      { type: "dense", units: 4 },
    ],
  });
  const [values, image] = [valuesOf(network), signs("online image", 16)];
  const noise = Object.fromEntries(
    Object.entries(noiseInputs(network, passes, "train")).map(([name, { shape }]) => [
      name,
      uniform(`online ${name}`, sizeOf(shape)),
    ]),
  );
  const online = onlineStep({ network, passes, optimizer, tiling: WHOLE });
  const trained = trainingStep({ network, batch: passes, optimizer, tiling: WHOLE });
  const [found, expected] = [
    await run(online, passes, values, image, noise),
    await run(trained, passes, values, image, noise),
  ];
  expect(found.loss).toEqual(expected.loss);
  for (const { name } of parametersOf(network)) expect(found.next(name), name).toEqual(expected.next(name));
});

test("batch normalization goes by its running statistics, which the example renews", async () => {
  const plain = parseNetwork({
    name: "n",
    input: [1, 2, 3],
    classes: 3,
    layers: [{ type: "dense", units: 4 }],
  });
  const network = baseline(plain, "batch-normalization");
  const start = valuesOf(network);
  const [mean, variance] = [uniform("running mean", 4, -0.2, 0.2), uniform("running variance", 4, 0.5, 2)];
  // Biases that leave no rectifier near its corner, where finite differences mean nothing.
  const bias = Float32Array.of(1.5, -1.5, 1.5, 1.5);
  const values: Values = {
    ...start,
    "layers.0.mean": mean,
    "layers.0.variance": variance,
    "layers.0.bias": bias,
  };
  const image = uniform("online pixels", 6, 0, 1);
  const program = onlineStep({ network, passes: 1, optimizer, tiling: WHOLE });
  const found = await run(program, 1, values, image, {});

  const drive = Array.from({ length: 4 }, (_, i) =>
    image.reduce((sum, x, j) => sum + x * values["layers.0.weight"]![6 * i + j]!, 0),
  );
  for (let i = 0; i < 4; i++) {
    const renewed = (before: number, by: number): number =>
      (1 - ONLINE_RENEWAL) * before + ONLINE_RENEWAL * by;
    expect(found.next("layers.0.mean")[i]).toBeCloseTo(renewed(mean[i]!, drive[i]!), 5);
    const distance = (drive[i]! - mean[i]!) ** 2;
    expect(found.next("layers.0.variance")[i]).toBeCloseTo(renewed(variance[i]!, distance), 5);
  }

  const loss = async (name: string, k: number, by: number): Promise<number> => {
    const moved = { ...values, [name]: values[name]!.map((value, at) => (at === k ? value + by : value)) };
    return (await run(program, 1, moved, image, {})).loss[0]!;
  };
  const step = 1 / 64;
  for (const name of ["layers.0.weight", "layers.0.gain", "layers.0.bias", "readout.weight"])
    for (const k of [0, 1, values[name]!.length - 1]) {
      const difference = ((await loss(name, k, step)) - (await loss(name, k, -step))) / (2 * step);
      const stepped = (values[name]![k]! - found.next(name)[k]!) / RATE;
      // Central differences err by the third derivative times step^2 / 6, and by float32's 2^-24 / step.
      expect(Math.abs(stepped - difference), `${name} ${k}`).toBeLessThan(step ** 2);
    }
}, 60_000);
