/** The step of one example: its gradient, and the running statistics that it changes. */
import { expect, test } from "vitest";
import { baseline } from "../../../src/networks/baselines.ts";
import { initialParameters } from "../../../src/networks/initialize.ts";
import { type Network, type NetworkDescription, parseNetwork } from "../../../src/networks/network.ts";
import { parametersOf } from "../../../src/networks/plan.ts";
import { ONLINE_MOMENTUM } from "../../../src/nn/batch-norm.ts";
import { createEngine } from "../../../src/runtime/node.ts";
import { blocksOfNetwork } from "../../../src/training/blocks.ts";
import { parseTraining } from "../../../src/training/configuration.ts";
import { allocateBuffers } from "../../../src/training/replicas/buffers.ts";
import { openReplica } from "../../../src/training/replicas/replica.ts";
import { setupOf, type TrainingSetup } from "../../../src/training/replicas/setup.ts";
import { signs, uniform } from "../../nn/draw.ts";

const engine = createEngine({ threads: 1 });
const optimizer = { type: "sgd", momentum: 0, weightDecay: 0 } as const;
const RATE = 1;

type Values = Readonly<Record<string, Float32Array>>;

/** One step on `passes` copies of an image. */
const stepOf = async (
  network: Network,
  passes: number,
  mode: TrainingSetup["mode"],
  values: Values,
  image: Float32Array,
) => {
  const setup = { ...setupOf(network, parseTraining({ batch: passes, optimizer })), mode };
  const buffers = await allocateBuffers(setup, values, 1);
  for (let row = 0; row < passes; row++) buffers.batch.images.set(image, row * image.length);
  buffers.batch.labels.fill(1);
  buffers.batch.mask.fill(1);
  const shares = [blocksOfNetwork(network, optimizer)];
  const options = { setup, buffers, index: 0, rows: { start: 0, end: passes }, shares };
  const replica = await openReplica(engine, options);
  const scalars = { rate: RATE, epsilon: 0, relativeRate: 0 };
  const { loss } = await replica.step({ step: 1, scalars, bank: 0 });
  await replica.dispose();
  return { loss, next: (name: string) => buffers.banks.at(-1)!.get(name)!, buffers };
};

const valuesOf = (network: Network): Values => initialParameters(parametersOf(network), 5);

test.each<[string, NetworkDescription["layers"]]>([
  [
    "an NSM",
    [
      { type: "conv2d", channels: 2, kernel: 3, pool: 2 },
      { type: "dense", units: 4 },
    ],
  ],
  [
    "populations",
    [
      { type: "conv2d", channels: 2, kernel: 3, pool: 2, population: { size: 3 } },
      { type: "dense", units: 4, population: { size: 2, learned: true } },
    ],
  ],
])("of %s it is the training step on so many copies of the example", async (_name, layers) => {
  const passes = 6;
  const network = parseNetwork({ name: "n", encoding: "sign", input: [1, 4, 4], classes: 3, layers });
  const [values, image] = [valuesOf(network), signs("online image", 16)];
  const found = await stepOf(network, passes, "online", values, image);
  const expected = await stepOf(network, passes, "batch", values, image);
  expect(found.loss).toEqual(expected.loss);
  for (const { name } of parametersOf(network)) expect(found.next(name), name).toEqual(expected.next(name));
  // The state before the step is still there.
  for (const [name, before] of Object.entries(values))
    expect(found.buffers.banks[0]!.get(name), name).toEqual(before);
});

test("batch normalization goes by its running statistics, which the example renews", async () => {
  const plain = parseNetwork({
    name: "n",
    encoding: "sign",
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
  const run = (values: Values) => stepOf(network, 1, "online", values, image);
  const found = await run(values);

  const drive = Array.from({ length: 4 }, (_, i) =>
    image.reduce((sum, x, j) => sum + x * values["layers.0.weight"]![6 * i + j]!, 0),
  );
  for (let i = 0; i < 4; i++) {
    const renewed = (before: number, by: number): number =>
      (1 - ONLINE_MOMENTUM) * before + ONLINE_MOMENTUM * by;
    expect(found.next("layers.0.mean")[i]).toBeCloseTo(renewed(mean[i]!, drive[i]!), 5);
    const distance = (drive[i]! - mean[i]!) ** 2;
    expect(found.next("layers.0.variance")[i]).toBeCloseTo(renewed(variance[i]!, distance), 5);
  }

  const loss = async (name: string, k: number, by: number): Promise<number> => {
    const moved = { ...values, [name]: values[name]!.map((value, at) => (at === k ? value + by : value)) };
    return (await run(moved)).loss;
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
