/** Networks as graphs: valid descriptions, errors for invalid ones, and every interpreter on shortcuts. */
import { describe, expect, test } from "vitest";
import { ConfigError, ShapeError } from "../../src/errors.ts";
import { expectation } from "../../src/networks/interpreters/enumerate.ts";
import { meanForward } from "../../src/networks/interpreters/mean.ts";
import { propagateMoments } from "../../src/networks/interpreters/moments.ts";
import {
  forward,
  parameterInputs,
  passFromShared,
  sharedByPasses,
} from "../../src/networks/interpreters/sample.ts";
import { synapseForward, synapseInputs } from "../../src/networks/interpreters/synapse.ts";
import { traceForward } from "../../src/networks/interpreters/trace.ts";
import { type NetworkDescription, parseNetwork } from "../../src/networks/network.ts";
import { noiseInputs } from "../../src/networks/noise-inputs.ts";
import { parametersOf, planOf } from "../../src/networks/plan.ts";
import { CACHED, WHOLE } from "../../src/networks/tiling.ts";
import { part, reshape } from "../../src/tensor/layout.ts";
import { lower } from "../../src/tensor/lower.ts";
import { softmax } from "../../src/tensor/softmax.ts";
import { input, sizeOf, type Tensor } from "../../src/tensor/tensor.ts";
import { signs, uniform } from "../nn/draw.ts";
import { evaluate } from "../tensor/evaluate.ts";

type Layers = NetworkDescription["layers"];

const network = (layers: Layers, rest: Partial<NetworkDescription> = {}) =>
  parseNetwork({ name: "net", encoding: "sign", input: [2, 8, 8], classes: 3, layers, ...rest });

const conv = { type: "conv2d", channels: 4, kernel: 3, padding: 1 } as const;

/** Shortcuts between stochastic layers, one of them pooled and projected; concatenated spikes of two layers. */
const residual: Layers = [
  { ...conv, name: "stem", potential: true },
  { type: "neurons", name: "z0" },
  { ...conv, name: "c1", potential: true },
  { type: "add", name: "v1", from: ["c1", "stem"] },
  { type: "neurons", name: "z1", pool: 2 },
  { type: "averagePool", name: "half", size: 2, from: "v1" },
  { type: "conv2d", name: "shortcut", channels: 5, kernel: 1, neuron: "linear" },
  { ...conv, name: "c2", channels: 5, potential: true, from: "z1" },
  { type: "add", name: "v2", from: ["c2", "shortcut"] },
  { type: "neurons", name: "z2" },
  { type: "concatenate", from: ["z2", "z1"] },
  { type: "globalPool" },
];

describe("the same graph by names, by places and by order", () => {
  const list: Layers = [conv, { type: "averagePool", size: 2 }, { type: "dense", units: 5 }];
  const bytes = (layers: Layers) => {
    const it = network(layers);
    const x = input("x", [2, ...it.input]);
    return lower({ y: forward(it, parameterInputs(it), x, noiseInputs(it, 2)) }).model;
  };
  test.each<[string, Layers]>([
    ["from the places before", [{ ...list[0]!, from: "input" }, { ...list[1]!, from: "layers.0" }, list[2]!]],
    ["an explicit readout", [...list, { type: "readout" }]],
    ["an explicit readout with its input", [...list, { type: "readout", from: ["layers.2"] }]],
  ])("%s", (_what, layers) => {
    expect(bytes(layers)).toEqual(bytes(list));
  });

  test("in another order, and named", () => {
    const shuffled: Layers = [
      { type: "dense", units: 5, from: "b", name: "c" },
      { type: "averagePool", size: 2, from: "a", name: "b" },
      { ...conv, from: "input", name: "a" },
      { type: "readout", from: "c" },
    ];
    expect(planOf(network(shuffled)).map(({ name }) => name)).toEqual(["a", "b", "c", "readout"]);
    expect(parametersOf(network(shuffled)).map(({ name }) => name)).toEqual(
      ["a", "c"]
        .flatMap((name) => ["weight", "gain", "bias"].map((kind) => `${name}.${kind}`))
        .concat(["readout.weight", "readout.bias"]),
    );
  });
});

describe("what is no graph is refused", () => {
  test.each<[string, Layers, RegExp]>([
    [
      "a cycle",
      [
        { type: "add", name: "a", from: ["input", "b"] },
        { ...conv, name: "b" },
      ],
      /a cycle of layers: a, which takes b, which takes a/,
    ],
    ["a layer that takes itself", [{ ...conv, name: "a", from: "a" }], /a cycle of layers: a, which takes a/],
    ["an unknown name", [{ ...conv, from: "stem" }], /layers\.0: got "from": "stem".*names of layers: input/],
    [
      "an unused layer",
      [
        { ...conv, name: "lost" },
        { ...conv, from: "input" },
      ],
      /lost: got a layer whose output never/,
    ],
    [
      "a repeated name",
      [
        { ...conv, name: "a" },
        { ...conv, name: "a" },
      ],
      /layers\.1: got the name "a", which layer number 0 has too/,
    ],
    ["the image's name", [{ ...conv, name: "input" }], /the name "input", which the image has/],
    ["a readout that layers follow", [{ type: "readout" }, conv], /a readout before other layers/],
    ["a sum of one", [conv, { type: "add" }], /layers\.1 \(add\): got 1 input; expected at least two inputs/],
    [
      "two inputs of a convolution",
      [conv, { ...conv, from: ["input", "layers.0"] }],
      /got 2 inputs; expected one input/,
    ],
    [
      "potentials of rectifiers",
      [{ ...conv, potential: true, neuron: "relu" }],
      /potentials of relu neurons/,
    ],
    ["pooled potentials", [{ ...conv, potential: true, pool: 2 }], /potentials with pooling over 2 x 2/],
    [
      "dropout of stochastic neurons",
      [
        { ...conv, potential: true },
        { type: "neurons", dropout: 0.5 },
      ],
      /layers\.1: got dropout of stochastic neurons/,
    ],
  ])("%s", (_what, layers, message) => {
    const plan = () => planOf(network(layers));
    expect(plan).toThrow(ConfigError);
    expect(plan).toThrow(message);
  });

  test.each<[string, Layers, RegExp]>([
    [
      "shapes that do not meet at a sum",
      [
        { ...conv, name: "a", potential: true },
        { type: "conv2d", name: "b", channels: 4, kernel: 3, potential: true, from: "input" },
        { type: "add", from: ["a", "b"] },
      ],
      /layers\.2 \(add\): got inputs of 4 x 8 x 8 and 4 x 6 x 6 units.*Pool and project/,
    ],
    [
      "images of two sizes side by side",
      [
        { ...conv, name: "a" },
        { ...conv, name: "b", pool: 2, from: "input" },
        { type: "concatenate", from: ["a", "b"] },
      ],
      /concatenate.*8 x 8 and 4 x 4/,
    ],
    [
      "a mean over places of a dense layer",
      [{ type: "dense", units: 3 }, { type: "globalPool" }],
      /globalPool/,
    ],
  ])("%s", (_what, layers, message) => {
    const plan = () => planOf(network(layers));
    expect(plan).toThrow(ShapeError);
    expect(plan).toThrow(message);
  });
});

const built = (layers: Layers, rest: Partial<NetworkDescription> = {}) => {
  const it = network(layers, rest);
  const parameters = Object.fromEntries(
    parametersOf(it).map(({ name, shape, kind }) => [
      name,
      uniform(name, sizeOf(shape), ...(kind === "gain" || kind === "variance" ? [0.3, 1] : [-0.5, 0.5])),
    ]),
  );
  const feeds = (batch: number) => ({
    ...parameters,
    ...Object.fromEntries(
      Object.entries(noiseInputs(it, batch)).map(([name, { shape }]) => [name, uniform(name, sizeOf(shape))]),
    ),
    x: signs("x", batch * sizeOf(it.input)),
  });
  return { network: it, parameters, feeds, inputs: parameterInputs(it) };
};

describe("interpreters on shortcuts", () => {
  const batch = 120;
  const it = built(residual);
  const x = input("x", [batch, ...it.network.input]);
  const noise = noiseInputs(it.network, batch);

  test("chunks of a batch give what the whole batch gives", async () => {
    const tiny = { ...CACHED, elements: 5000 };
    const whole = await evaluate(forward(it.network, it.inputs, x, noise, WHOLE), it.feeds(batch));
    const chunks = await evaluate(forward(it.network, it.inputs, x, noise, tiny), it.feeds(batch));
    for (const [k, logit] of chunks.entries()) expect(logit).toBeCloseTo(whole[k]!, 5);
  });

  test("what all passes share, and the rest of a pass, are the whole pass", async () => {
    const shared = sharedByPasses(it.network, it.inputs, x);
    const pass = passFromShared(it.network, it.inputs, input("shared", shared.shape), noise);
    const values = Float32Array.from(await evaluate(shared, it.feeds(batch)));
    const whole = await evaluate(forward(it.network, it.inputs, x, noise), it.feeds(batch));
    const parts = await evaluate(pass, { ...it.feeds(batch), shared: values });
    for (const [k, logit] of parts.entries()) expect(logit).toBeCloseTo(whole[k]!, 5);
  });

  test("a trace ends in the logits of the pass, and holds every stochastic layer", async () => {
    const { layers, logits } = traceForward(it.network, it.inputs, x, noise);
    expect(Object.keys(layers)).toEqual(["z0", "z1", "z2"]);
    const whole = await evaluate(forward(it.network, it.inputs, x, noise), it.feeds(batch));
    for (const [k, logit] of (await evaluate(logits, it.feeds(batch))).entries())
      expect(logit).toBeCloseTo(whole[k]!, 5);
  });
});

describe("predictive distributions of a small residual network", () => {
  const small = built(
    [
      { type: "dense", units: 4, potential: true, name: "v1" },
      { type: "neurons" },
      { type: "dense", units: 4, potential: true, name: "c2" },
      { type: "add", from: ["c2", "v1"] },
      { type: "neurons" },
    ],
    { encoding: "sign", input: [1, 2, 3] },
  );
  const { network: net, inputs, feeds } = small;
  const batch = 20_000;
  const mean = async (p: Tensor, rows: number): Promise<number[]> => {
    const values = await evaluate(
      p,
      rows === 1 ? feeds(1) : { ...feeds(rows), x: repeatedRows(feeds(1).x, rows) },
    );
    return [0, 1, 2].map((c) => {
      let total = 0;
      for (let k = 0; k < rows; k++) total += values[k * 3 + c]!;
      return total / rows;
    });
  };
  const x = (rows: number): Tensor => input("x", [rows, ...net.input]);
  const exact = async (): Promise<number[]> =>
    Promise.all(
      [0, 1, 2].map(async (c) => {
        const p = expectation(net, inputs, x(1), (logits) =>
          reshape(part(softmax(logits), 1, c, c + 1), [-1]),
        );
        return (await evaluate(p, feeds(1)))[0]!;
      }),
    );

  test("enumeration is what samples tend to: within 4 standard errors of at most .5 / sqrt(20,000)", async () => {
    const [sampled, known] = [
      await mean(softmax(forward(net, inputs, x(batch), noiseInputs(net, batch))), batch),
      await exact(),
    ];
    expect(known.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5);
    for (const [c, p] of sampled.entries())
      expect(Math.abs(p - known[c]!)).toBeLessThan((4 * 0.5) / Math.sqrt(batch));
  });

  test("moments and the mean field are near: closer to it than one class in three", async () => {
    const known = await exact();
    for (const p of [propagateMoments(net, inputs, x(1)), softmax(meanForward(net, inputs, x(1)))])
      for (const [c, q] of (await mean(p, 1)).entries()) expect(Math.abs(q - known[c]!)).toBeLessThan(0.05);
  });
});

const repeatedRows = (row: Float32Array, rows: number): Float32Array =>
  new Float32Array(row.length * rows).map((_, k) => row[k % row.length]!);

describe("an interpreter that cannot do a layer says which", () => {
  const moments =
    (layers: Layers, rest: Partial<NetworkDescription> = {}) =>
    () => {
      const it = network(layers, rest);
      return propagateMoments(it, parameterInputs(it), input("x", [1, ...it.input]));
    };
  const synapses = (layers: Layers) => () => {
    const it = network(layers);
    return synapseForward(it, parameterInputs(it), input("x", [1, ...it.input]), synapseInputs(it, 1));
  };
  test.each<[string, () => unknown, RegExp]>([
    [
      "moments of rectifiers",
      moments([conv, { ...conv, neuron: "relu" }]),
      /layers\.1: got relu neurons after/,
    ],
    [
      "moments of a maximum of sums",
      moments([conv, { ...conv, neuron: "linear" }, { type: "maxPool", size: 2 }]),
      /layers\.2: got max-pooling of stochastic real values/,
    ],
    [
      "moments of noisy rectifiers",
      moments([{ ...conv, neuron: "noisyRelu" }, conv]),
      /layers\.0: got the noise of noisyRelu neurons/,
    ],
    [
      "synapses of neurons on sums without noise",
      synapses([{ ...conv, neuron: "linear" }, { type: "neurons" }]),
      /layers\.1: got neurons on sums of layers without noisy synapses/,
    ],
    [
      "synapses whose noise two layers of neurons share",
      synapses([
        { ...conv, name: "v", potential: true },
        { type: "neurons", name: "a", from: "v" },
        { type: "neurons", name: "b", from: "v" },
        { type: "concatenate", from: ["a", "b"] },
      ]),
      /b: got the noise of v, which the neurons a use too/,
    ],
  ])("%s", (_what, run, message) => {
    expect(run).toThrow(ConfigError);
    expect(run).toThrow(message);
  });
});
