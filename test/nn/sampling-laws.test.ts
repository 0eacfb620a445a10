/**
 * The unit law (equation (2)) and the synapse law (equation (4)) as distributions of a layer's outputs:
 * chi-square tests of every unit's firing count, combined by Bonferroni, and of the joint states of several
 * outputs. The readout of each network is the identity, so that the logits are the spikes of the last layer,
 * after pooling.
 */
import { describe, expect, test } from "vitest";
import { forward, parameterInputs } from "../../src/networks/interpreters/sample.ts";
import { synapseForward, synapseInputs } from "../../src/networks/interpreters/synapse.ts";
import { type Network, type NetworkDescription, parseNetwork } from "../../src/networks/network.ts";
import { noiseInputs } from "../../src/networks/noise-inputs.ts";
import { planOf } from "../../src/networks/plan.ts";
import { bernoulli } from "../../src/nn/noise/bernoulli.ts";
import { gaussian } from "../../src/nn/noise/gaussian.ts";
import { fillXi, noiseVariance } from "../../src/nn/noise/noise.ts";
import { fillUniform } from "../../src/random/fill.ts";
import { key } from "../../src/random/key.ts";
import { allocateNoise } from "../../src/random/streams.ts";
import { createEngine } from "../../src/runtime/node.ts";
import { lower } from "../../src/tensor/lower.ts";
import { input, sizeOf, type TypedArray } from "../../src/tensor/tensor.ts";
import { homogeneityP, worstP } from "../support/statistics.ts";
import { signs, uniform } from "./draw.ts";

/** Smallest accepted p-value of a test over all its units. */
const LEAST_P = 1e-4;
const SAMPLES = 4000;
/** Number of samples computed at a time. */
const BATCH = 500;

const engine = createEngine({ threads: 1 });

type Law = "unit" | "synapse";
type Parameters = Readonly<Record<string, Float32Array>>;

/** A network whose logits are the spikes of the layers, with one class per output. */
const spikingNetwork = (description: Omit<NetworkDescription, "name" | "classes">): Network => {
  const probe = parseNetwork({ name: "laws", classes: 2, ...description });
  return { ...probe, classes: sizeOf(planOf(probe).at(-1)!.inputShape) };
};

/** Random parameters under which both spikes occur; the readout is the identity. */
const randomParameters = (network: Network): Parameters => {
  const found: Record<string, Float32Array> = {};
  for (const plan of planOf(network).slice(0, -1)) {
    const by = Object.fromEntries(plan.parameters.map((spec) => [spec.kind, spec]));
    const { weight, gain, bias } = by;
    if (!weight || !bias) continue;
    found[weight.name] = uniform(weight.name, sizeOf(weight.shape));
    if (gain) found[gain.name] = uniform(gain.name, sizeOf(gain.shape), 0.1, 0.4);
    // In units of the noise, sqrt(2 Var(xi)) ||w||, with ||w|| about sqrt(fan-in / 3). A window has many
    // units that can fire it.
    const unit = gain ? Math.sqrt((2 * noiseVariance(network.noise) * weight.fanIn!) / 3) : 0.5;
    const centre = plan.layer.type === "conv2d" && plan.layer.pool > 1 ? -0.8 : 0;
    found[bias.name] = uniform(bias.name, sizeOf(bias.shape), unit * (centre - 0.2), unit * (centre + 0.2));
  }
  const identity = new Float32Array(network.classes ** 2);
  for (let k = 0; k < network.classes; k++) identity[k * network.classes + k] = 1;
  return { ...found, "readout.weight": identity, "readout.bias": new Float32Array(network.classes) };
};

/** Spikes [SAMPLES, outputs] of one image. */
const sampleSpikes = async (
  network: Network,
  bound: Parameters,
  image: Float32Array,
  law: Law,
): Promise<Float32Array> => {
  const x = input("images", [BATCH, ...network.input]);
  const noise = (law === "unit" ? noiseInputs : synapseInputs)(network, BATCH);
  const run = law === "unit" ? forward : synapseForward;
  const program = lower({ spikes: run(network, parameterInputs(network), x, noise) }, { bound });
  const executable = await engine.compile(program);
  const sizes = Object.fromEntries(Object.entries(noise).map(([name, { shape }]) => [name, sizeOf(shape)]));
  const arrays = allocateNoise(sizes);
  const images = new Float32Array(BATCH * image.length).map((_, k) => image[k % image.length]!);
  const spikes = new Float32Array(SAMPLES * network.classes);
  for (let k = 0; k < SAMPLES / BATCH; k++) {
    for (const [name, array] of Object.entries(arrays)) {
      const ofStream = key(1, `laws ${law}/${name}`, k);
      if (law === "unit") fillUniform(ofStream, array);
      else fillXi(network.noise, ofStream, array);
    }
    const inputs: Record<string, TypedArray> = { images, ...arrays };
    spikes.set((await executable.run(inputs)).spikes as Float32Array, k * BATCH * network.classes);
  }
  await executable.dispose();
  expect(spikes.every((z) => Math.abs(z) <= 1)).toBe(true);
  return spikes;
};

/** Count of each joint state of the outputs `chosen`, by name. */
const stateCounts = (
  spikes: Float32Array,
  outputs: number,
  chosen: readonly number[],
): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (let start = 0; start < spikes.length; start += outputs) {
    const state = chosen.map((k) => spikes[start + k]!.toFixed(3)).join();
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  return counts;
};

/** p-value of equal laws of the states, where those that are too rare for the chi-square approximation are merged. */
const sameLawP = (a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number => {
  const states = [...new Set([...a.keys(), ...b.keys()])];
  const count = (of: ReadonlyMap<string, number>, state: string): number => of.get(state) ?? 0;
  const isRare = (state: string): boolean => count(a, state) + count(b, state) < 20;
  const merged = (of: ReadonlyMap<string, number>): number[] => [
    ...states.filter((state) => !isRare(state)).map((state) => count(of, state)),
    states.filter(isRare).reduce((total, state) => total + count(of, state), 0),
  ];
  const [x, y] = [merged(a), merged(b)];
  // Equal counts pass: where a single state occurs, the test is undefined.
  return x.every((n, k) => n === y[k]) ? 1 : homogeneityP(x, y);
};

interface Comparison {
  /** p-value of the states of each unit, by Bonferroni. */
  readonly units: number;
  /** p-value of the joint states of at most five outputs that are not saturated. */
  readonly joint: number;
}

const compareLaws = async (network: Network, encoding: "sign" | "real" = "sign"): Promise<Comparison> => {
  const parameters = randomParameters(network);
  const pixels = sizeOf(network.input);
  const image = encoding === "sign" ? signs("image", pixels) : uniform("image", pixels, 0, 1);
  const [unit, synapse] = [
    await sampleSpikes(network, parameters, image, "unit"),
    await sampleSpikes(network, parameters, image, "synapse"),
  ];
  const outputs = network.classes;
  const units = Array.from({ length: outputs }, (_, k) => k);
  // Most units must change their state, or the test would be trivial.
  const undecided = units.filter(
    (k) => Math.max(...stateCounts(unit, outputs, [k]).values()) < 0.98 * SAMPLES,
  );
  expect(undecided.length).toBeGreaterThanOrEqual(outputs / 2);
  const p = (chosen: readonly number[]): number =>
    sameLawP(stateCounts(unit, outputs, chosen), stateCounts(synapse, outputs, chosen));
  return { units: worstP(units.map((k) => p([k]))), joint: p(undecided.slice(0, 5)) };
};

const expectSameLaw = ({ units, joint }: Comparison): void => {
  expect(units).toBeGreaterThan(LEAST_P);
  expect(joint).toBeGreaterThan(LEAST_P);
};

describe(`Gaussian noise at any fan-in, ${SAMPLES} samples, p > ${LEAST_P}`, () => {
  const noise = gaussian(0.8);
  const conv2d = { type: "conv2d", channels: 2, kernel: 3 } as const;

  test("dense, fan-in 3", async () =>
    expectSameLaw(
      await compareLaws(
        spikingNetwork({ encoding: "sign", input: [1, 1, 3], noise, layers: [{ type: "dense", units: 8 }] }),
      ),
    ));

  test.each([
    ["convolution", {}],
    ["zero padding", { padding: 2 }],
    ["stride", { stride: 2 }],
    ["pooling", { pool: 2 }],
    ["pooling over zero padding", { pool: 2, padding: 1 }],
    ["pooling with stride and padding", { pool: 2, stride: 2, padding: 2 }],
    ["a gain for each location", { gain: "location", padding: 1 }],
    ["a gain for each location, pooled", { gain: "location", pool: 3 }],
  ] as const)("%s, fan-in 9 and less", async (_name, options) =>
    expectSameLaw(
      await compareLaws(
        spikingNetwork({ encoding: "sign", input: [1, 6, 6], noise, layers: [{ ...conv2d, ...options }] }),
      ),
    ),
  );

  test("two input channels, pooled", async () =>
    expectSameLaw(
      await compareLaws(
        spikingNetwork({
          encoding: "sign",
          input: [2, 6, 6],
          noise,
          layers: [{ ...conv2d, pool: 2, padding: 1 }],
        }),
      ),
    ));

  test("real-valued inputs, dense and convolutional", async () => {
    const real = { noise, encoding: "real" } as const;
    expectSameLaw(
      await compareLaws(
        spikingNetwork({
          ...real,
          input: [1, 1, 3],
          layers: [{ type: "dense", units: 8 }],
        }),
        "real",
      ),
    );
    expectSameLaw(
      await compareLaws(
        spikingNetwork({
          ...real,
          input: [1, 6, 6],
          layers: [{ ...conv2d, pool: 2, padding: 1 }],
        }),
        "real",
      ),
    );
  });

  test("three layers one after the other", async () =>
    expectSameLaw(
      await compareLaws(
        spikingNetwork({
          encoding: "sign",
          input: [1, 7, 7],
          noise,
          layers: [
            { ...conv2d, padding: 1, pool: 2 },
            { ...conv2d, kernel: 2 },
            { type: "dense", units: 5 },
          ],
        }),
      ),
    ));
});

describe(`shortcuts of potentials, Gaussian noise, ${SAMPLES} samples, p > ${LEAST_P}`, () => {
  const noise = gaussian(0.8);
  const potential = { type: "conv2d", channels: 2, kernel: 3, padding: 1, potential: true } as const;

  test("an identity: v_2 = convolution(z_1) + v_1, at any fan-in and at borders", async () =>
    expectSameLaw(
      await compareLaws(
        spikingNetwork({
          encoding: "sign",
          input: [2, 4, 4],
          noise,
          layers: [
            { ...potential, name: "v1" },
            { type: "neurons" },
            { ...potential, name: "c2" },
            { type: "add", from: ["c2", "v1"] },
            { type: "neurons" },
          ],
        }),
      ),
    ));

  test("pooled and projected, of real inputs, with pooled neurons", async () =>
    expectSameLaw(
      await compareLaws(
        spikingNetwork({
          input: [1, 6, 6],
          noise,
          encoding: "real",
          layers: [
            { ...potential, name: "v1" },
            { type: "neurons", name: "z1", pool: 2 },
            { type: "averagePool", size: 2, from: "v1" },
            { type: "conv2d", channels: 3, kernel: 1, neuron: "linear", name: "shortcut" },
            { ...potential, channels: 3, name: "c2", from: "z1" },
            { type: "add", from: ["c2", "shortcut"] },
            { type: "neurons", pooling: "sampled" },
          ],
        }),
        "real",
      ),
    ));
});

describe(`populations, Gaussian noise, ${SAMPLES} samples, p > ${LEAST_P}`, () => {
  const noise = gaussian(0.8);
  const population = { size: 3, spacing: 0.7, offset: 0.4 };
  const conv2d = { type: "conv2d", channels: 2, kernel: 3, population } as const;
  const laws = (
    input: [number, number, number],
    layers: NetworkDescription["layers"],
    encoding: "sign" | "real" = "sign",
  ) => compareLaws(spikingNetwork({ encoding, input, noise, layers }), encoding);

  test("dense, one after the other, and single neurons on them", async () =>
    expectSameLaw(
      await laws(
        [1, 1, 3],
        [
          { type: "dense", units: 4, population },
          { type: "dense", units: 3, population: { size: 2, spacing: 1 } },
          { type: "dense", units: 4 },
        ],
      ),
    ));

  test.each([
    ["zero padding", { padding: 1 }],
    ["pooled windows drawn as one unit", { padding: 1, pool: 2 }],
    ["pooled units drawn one by one", { padding: 1, pool: 2, pooling: "sampled" }],
  ] as const)("two convolutions, %s", async (_name, options) =>
    expectSameLaw(
      await laws(
        [1, 5, 5],
        [
          { ...conv2d, ...options },
          { ...conv2d, kernel: 2, padding: 1, population: { size: 4, spacing: 1, offset: 0 } },
        ],
      ),
    ),
  );

  test("on real inputs, and on their maxima and means", async () =>
    expectSameLaw(
      await laws(
        [1, 6, 6],
        [
          { ...conv2d, name: "z" },
          { type: "maxPool", size: 2, name: "maxima" },
          { type: "averagePool", size: 2, from: "z", name: "means" },
          { type: "conv2d", channels: 1, kernel: 2, from: "maxima", population },
          { type: "conv2d", channels: 1, kernel: 2, from: "means", population, name: "c" },
          { type: "concatenate", from: ["layers.3", "c"] },
        ],
        "real",
      ),
    ));

  test("on sums of potentials, with shortcuts", async () => {
    const potential = { type: "conv2d", channels: 2, kernel: 3, padding: 1, potential: true } as const;
    expectSameLaw(
      await laws(
        [2, 4, 4],
        [
          { ...potential, name: "v1" },
          { type: "neurons", population },
          { ...potential, name: "c2" },
          { type: "add", from: ["c2", "v1"] },
          { type: "neurons", pool: 2, population: { size: 2, spacing: 1 } },
        ],
      ),
    );
  });
});

describe(`Bernoulli noise at wide fan-in, ${SAMPLES} samples, p > ${LEAST_P}`, () => {
  test.each([0.25, 0.5])("p = %d, dense, fan-in 600", async (p) =>
    expectSameLaw(
      await compareLaws(
        spikingNetwork({
          encoding: "sign",
          input: [1, 20, 30],
          noise: bernoulli(p),
          layers: [{ type: "dense", units: 5 }],
        }),
      ),
    ),
  );

  test.each([
    ["", { padding: 0 }],
    [", zero padding", { padding: 1 }],
  ])("p = 0.5, pooled convolution, fan-in 512%s", async (_name, { padding }) =>
    expectSameLaw(
      await compareLaws(
        spikingNetwork({
          encoding: "sign",
          input: [32, 5 - 2 * padding, 5 - 2 * padding],
          noise: bernoulli(0.5),
          layers: [{ type: "conv2d", channels: 2, kernel: 4, pool: 2, padding }],
        }),
      ),
    ),
  );
});

test("the tests can fail: Bernoulli noise at fan-in 2 is far from normal, and both see it", async () => {
  const network = spikingNetwork({
    encoding: "sign",
    input: [1, 1, 2],
    noise: bernoulli(0.5),
    layers: [{ type: "dense", units: 8 }],
  });
  const { units, joint } = await compareLaws(network);
  expect(units).toBeLessThan(LEAST_P);
  expect(joint).toBeLessThan(LEAST_P);
});
