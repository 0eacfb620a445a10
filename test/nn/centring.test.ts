/** Centred potentials: mean-only batch normalization in training, a shift of the bias in use. */
import { describe, expect, test } from "vitest";
import { ConfigError } from "../../src/errors.ts";
import { baseline } from "../../src/networks/baselines.ts";
import { forward, parameterInputs } from "../../src/networks/interpreters/sample.ts";
import { synapseForward, synapseInputs } from "../../src/networks/interpreters/synapse.ts";
import { potentialInTraining, trainingForward } from "../../src/networks/interpreters/train.ts";
import { type NetworkDescription, parseNetwork } from "../../src/networks/network.ts";
import { noiseInputs } from "../../src/networks/noise-inputs.ts";
import { parametersOf, planOf } from "../../src/networks/plan.ts";
import { centreBatch, centreRunning } from "../../src/nn/centring.ts";
import { sum } from "../../src/tensor/broadcast.ts";
import { multiply } from "../../src/tensor/elementwise.ts";
import { gradient } from "../../src/tensor/gradient.ts";
import { constant, input, sizeOf, type Tensor } from "../../src/tensor/tensor.ts";
import { mean } from "../support/statistics.ts";
import { evaluate } from "../tensor/evaluate.ts";
import { signs, uniform } from "./draw.ts";

const population = { size: 2, spacing: 1 } as const;
const network = (centred: boolean, rest: Partial<NetworkDescription> = {}) =>
  parseNetwork({
    name: "net",
    encoding: "sign",
    input: [2, 6, 6],
    classes: 3,
    layers: [
      {
        type: "conv2d",
        channels: 3,
        kernel: 3,
        padding: 1,
        pool: 2,
        population,
        ...(centred && { centred }),
      },
      { type: "dense", units: 4, ...(centred && { centred }) },
    ],
    ...rest,
  });

const values = (net: ReturnType<typeof network>) =>
  Object.fromEntries(
    parametersOf(net).map(({ name, shape, kind }) => {
      const [low, high] = kind === "gain" ? [0.5, 1.5] : [-0.6, 0.6];
      return [name, uniform(name, sizeOf(shape), low, high)] as const;
    }),
  );

const noiseOf = (inputs: Readonly<Record<string, Tensor>>) =>
  Object.fromEntries(
    Object.entries(inputs).map(([name, { shape }]) => [name, uniform(name, sizeOf(shape))] as const),
  );

describe("in use a centred layer is that with the bias b - c", () => {
  const net = network(true);
  const own = values(net);
  const plain = network(false);
  const shifted = Object.fromEntries(
    parametersOf(plain).map(({ name, layer, kind }) => [
      name,
      kind === "bias" && own[`${layer}.mean`]
        ? own[name]!.map((b, k) => Math.fround(b - own[`${layer}.mean`]![k]!))
        : own[name]!,
    ]),
  );
  const batch = 20;
  const x = input("x", [batch, 2, 6, 6]);
  const images = signs("centring", batch * 72);

  test.each([
    ["unit", noiseInputs, forward],
    ["synapse", synapseInputs, synapseForward],
  ] as const)("%s law", async (_law, inputsOf, run) => {
    const logits = (of: typeof net, parameters: typeof own) => {
      const noise = inputsOf(of, batch);
      return evaluate(run(of, parameterInputs(of), x, noise), {
        ...parameters,
        ...noiseOf(noise),
        x: images,
      });
    };
    expect(await logits(net, own)).toEqual(await logits(plain, shifted));
  });
});

describe("in training", () => {
  const batch = 8;

  test("the drive of each part of the batch has mean zero: potentials have the mean of their bias", async () => {
    const net = network(true);
    const plan = planOf(net)[0]!;
    const v = potentialInTraining(plan, parameterInputs(net))([input("x", [batch, 2, 6, 6])], {});
    const feeds = (bias: number) => ({
      ...values(net),
      "layers.0.bias": new Float32Array(3).fill(bias),
      x: signs("centring", batch * 72),
    });
    const [none, some] = [await evaluate(v, feeds(0)), await evaluate(v, feeds(1))];
    for (let channel = 0; channel < 3; channel++) {
      const of = (all: readonly number[]) => all.filter((_, k) => Math.floor(k / 36) % 3 === channel);
      expect(mean(of(none))).toBeCloseTo(0, 5);
      const response = of(some).map((s, k) => s - of(none)[k]!);
      expect(Math.min(...response)).toBeGreaterThan(0);
    }
  });

  test("the means of the batch are its statistics, and a running mean takes them", async () => {
    const net = network(true);
    const noise = noiseInputs(net, batch, "train");
    const x = input("x", [batch, 2, 6, 6]);
    const { statistics } = trainingForward(net, parameterInputs(net), x, noise, { normalizedBy: 2 });
    expect(Object.keys(statistics)).toEqual(["layers.0.mean", "layers.1.mean"]);
    const feeds = { ...values(net), ...noiseOf(noise), x: signs("centring", batch * 72) };
    expect((await evaluate(statistics["layers.0.mean"]!, feeds)).some((m) => m !== 0)).toBe(true);
  });

  test("its gradient is that of finite differences", async () => {
    const [rows, units] = [6, 3];
    const weights = constant(uniform("weights", rows * units), [rows, units]);
    const r = input("r", [1, units]);
    const build = (v0: Tensor, b: Tensor) => sum(multiply(weights, centreBatch(v0, r, b, 2).normalized));
    const [v0, b] = [input("v0", [rows, units]), input("b", [units])];
    const feeds = {
      v0: uniform("v0", rows * units),
      b: uniform("b", units),
      r: uniform("r", units, 0.5, 2),
    };
    for (const [name, at] of Object.entries({ v0, b, r })) {
      const [found] = gradient(build(v0, b), [at]);
      const slopes = await evaluate(found!, feeds);
      for (const [k, slope] of slopes.entries()) {
        const loss = async (step: number): Promise<number> => {
          const moved = feeds[name as keyof typeof feeds].slice();
          moved[k]! += step;
          return (await evaluate(build(v0, b), { ...feeds, [name]: moved }))[0]!;
        };
        const difference = ((await loss(0.01)) - (await loss(-0.01))) / 0.02;
        expect(slope, `${name}[${k}]`).toBeCloseTo(difference, 3);
      }
    }
  });

  test("by the running mean, batches of one are no different", async () => {
    const v0 = uniform("one", 3);
    const { normalized, mean: drive } = centreRunning(
      input("v0", [1, 3]),
      constant(Float32Array.of(2, 2, 2), [1, 3]),
      constant(Float32Array.of(1, 0, -1), [3]),
      constant(Float32Array.of(0.5, 0.25, 0), [3]),
    );
    const found = await evaluate(normalized, { v0 });
    for (const [k, shift] of [1, -0.5, -2].entries()) expect(found[k]).toBeCloseTo(v0[k]! + shift, 6);
    for (const [k, c] of (await evaluate(drive, { v0 })).entries()) expect(c).toBeCloseTo(v0[k]! / 2, 6);
  });
});

describe("centring is refused", () => {
  test.each<[string, Partial<NetworkDescription>, RegExp]>([
    ["of rectifiers", { neuron: "relu" }, /layers\.0: got centred relu neurons/],
    ["of real inputs", { encoding: "real" }, /layers\.0: got centred potentials of real inputs/],
  ])("%s", (_what, rest, message) => {
    const layers: NetworkDescription["layers"] = [{ type: "dense", units: 4, centred: true }];
    const lay = (): unknown => planOf(network(true, { layers, ...rest }));
    expect(lay).toThrow(ConfigError);
    expect(lay).toThrow(message);
  });

  test("by no baseline: those of other neurons do without", () => {
    expect(planOf(baseline(network(true), "batch-normalization"))).toHaveLength(3);
  });
});
